"""Servers and client sessions compared."""
