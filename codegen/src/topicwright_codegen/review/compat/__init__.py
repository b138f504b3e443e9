"""Old services type-checked with the new SDK."""
