"""The user's project: pyproject.toml, flags, and which files may be read."""
