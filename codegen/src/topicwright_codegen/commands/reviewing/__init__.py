"""The commands about changes of a catalog, and about what is on a broker already."""
