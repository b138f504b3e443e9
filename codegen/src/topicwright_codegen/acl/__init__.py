"""Access rules for brokers: what each service of a catalog may publish and subscribe to, and nothing else."""
