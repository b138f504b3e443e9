"""The two versions of a comparison, and where they come from."""
