"""Diagnostics as values, their codes, and their output formats."""
