"""Messages given to the generated models of the other version."""
