"""The generated package on disk."""
