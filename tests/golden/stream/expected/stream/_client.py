"""The client of stream. Made by topicwright from catalog/llm-worker.yaml; do not edit."""

from stream import llm


class StreamClient(
    llm.LlmTopics,
):
    """Every topic of the catalog."""
