"""Remembers handled messages, so that a duplicate is not handled again."""
