"""What all commands have in common on a terminal: parsing, output, colours, progress, and how they end."""
