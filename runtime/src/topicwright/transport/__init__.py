"""Connections to a broker: the interface, and its implementations."""
