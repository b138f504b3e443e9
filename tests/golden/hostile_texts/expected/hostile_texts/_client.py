"""The client of hostile_texts. Made by topicwright from catalog/hostile.yaml; do not edit."""

from hostile_texts import bad


class HostileTextsClient(
    bad.BadTopics,
):
    """Every topic of the catalog."""
