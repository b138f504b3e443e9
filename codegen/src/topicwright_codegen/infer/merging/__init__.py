"""A new draft joined to a file that an author has edited."""
