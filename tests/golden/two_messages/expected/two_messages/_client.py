"""The client of two_messages. Made by topicwright from catalog/character.yaml; do not edit."""

from two_messages import character, system


class TwoMessagesClient(
    character.CharacterTopics,
    system.SystemTopics,
):
    """Every topic of the catalog."""
