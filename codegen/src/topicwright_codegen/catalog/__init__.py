"""The catalog: every topic, call, type and service with its final name."""
