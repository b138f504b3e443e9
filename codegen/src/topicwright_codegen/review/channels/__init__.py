"""Channels and messages compared."""
