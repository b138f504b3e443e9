"""Beside: the catalog of descriptors that are written in Python, as one short AsyncAPI document."""
