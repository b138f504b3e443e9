"""The commands for the author of a catalog: what the editor and the terminal know of it."""
