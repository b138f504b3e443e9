"""What a field has beside its type: its default, and what a reader understands."""
