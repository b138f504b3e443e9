"""Access rules for brokers: each service of a catalog may publish and subscribe to its own topics, and no others."""
