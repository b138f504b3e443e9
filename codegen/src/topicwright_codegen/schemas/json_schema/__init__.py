"""What JSON Schema says, keyword by keyword."""
