"""Publishes that the broker has not acknowledged, and those replayed after a reconnect."""
