"""YAML and JSON files as nodes with positions, and references between them."""
