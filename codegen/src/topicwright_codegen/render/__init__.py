"""The catalog as Python text."""
