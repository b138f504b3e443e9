"""Retained messages of a broker against the readers of a catalog."""
