"""The tests. A package, since a package of this name that a dependency installs would hide a folder."""
