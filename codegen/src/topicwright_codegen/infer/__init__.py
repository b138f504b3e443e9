"""A draft of a catalog, from the traffic of a broker: what was heard, grouped, described, written and checked."""
