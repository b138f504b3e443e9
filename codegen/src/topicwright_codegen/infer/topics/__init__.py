"""Topics as addresses with parameters."""
