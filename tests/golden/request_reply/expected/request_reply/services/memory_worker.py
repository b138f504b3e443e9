"""The client of memory-worker. Made by topicwright from catalog/services/memory-worker.yaml; do not edit."""

from topicwright import MQTTClient

from request_reply import character, memory


class MemoryWorker(MQTTClient):
    """Remembers conversations and answers queries about them."""

    publish_memory_query_result = memory.MemoryTopics.publish_memory_query_result
    publish_character_snapshot = character.CharacterTopics.publish_character_snapshot
    publish_character_section = character.CharacterTopics.publish_character_section
    on_memory_query = memory.MemoryTopics.on_memory_query
    on_character_get = character.CharacterTopics.on_character_get
    serve_memory_query = memory.MemoryTopics.serve_memory_query
    serve_character_get = character.CharacterTopics.serve_character_get
