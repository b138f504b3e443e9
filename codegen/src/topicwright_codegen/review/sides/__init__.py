"""The two versions that are compared, and where they come from."""
