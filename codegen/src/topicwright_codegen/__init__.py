"""The topicwright compiler: AsyncAPI documents in, a typed Python SDK out."""

__version__ = "0.1.0"
