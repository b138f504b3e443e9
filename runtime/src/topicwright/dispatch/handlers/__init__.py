"""One handler: its queue, its tasks, its error policy."""
