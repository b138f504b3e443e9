"""The client of llm-worker. Made by topicwright from catalog/services/llm-worker.yaml; do not edit."""

from topicwright import MQTTClient

from request_reply import character, memory


class LlmWorker(MQTTClient):
    """Answers prompts."""

    publish_memory_query = memory.MemoryTopics.publish_memory_query
    publish_character_get = character.CharacterTopics.publish_character_get
    on_memory_query_result = memory.MemoryTopics.on_memory_query_result
    on_character_snapshot = character.CharacterTopics.on_character_snapshot
    on_character_section = character.CharacterTopics.on_character_section
    request_memory_query = memory.MemoryTopics.request_memory_query
    request_character_get = character.CharacterTopics.request_character_get
