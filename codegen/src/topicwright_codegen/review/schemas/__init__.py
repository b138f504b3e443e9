"""Payload schemas compared by inclusion."""
