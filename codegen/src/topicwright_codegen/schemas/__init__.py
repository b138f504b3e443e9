"""JSON Schema to types that have names."""
