"""The rules of JSON Schema, keyword by keyword."""
