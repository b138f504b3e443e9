"""A client's connection from ``connect`` to ``shutdown``: what is told of it, health, signals."""
