"""The client of request_reply. Made by topicwright from catalog/; do not edit."""

from request_reply import character, memory


class RequestReplyClient(
    character.CharacterTopics,
    memory.MemoryTopics,
):
    """Every topic of the catalog."""
