"""AsyncAPI documents of every version as one model."""
