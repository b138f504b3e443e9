"""The client of memory-worker. Made by topicwright from schema/services/memory-worker.yaml; do not edit."""

from topicwright import MQTTClient

from tars import character, health, memory, stt, tts


class MemoryWorker(MQTTClient):
    """Remembers conversations, answers queries about them and keeps the character. Its document asks for
    ``MQTT_CLIENT_ID=tars-memory``."""

    publish_memory_query_result = memory.MemoryTopics.publish_memory_query_result
    publish_character_snapshot = character.CharacterTopics.publish_character_snapshot
    publish_character_section = character.CharacterTopics.publish_character_section
    publish_system_character_current = character.CharacterTopics.publish_system_character_current
    publish_health_status = health.HealthTopics.publish_health_status
    publish_health_heartbeat = health.HealthTopics.publish_health_heartbeat
    on_memory_query = memory.MemoryTopics.on_memory_query
    on_stt_final = stt.SttTopics.on_stt_final
    on_tts_say = tts.TtsTopics.on_tts_say
    on_character_get = character.CharacterTopics.on_character_get
    on_character_trait_update = character.CharacterTopics.on_character_trait_update
    on_character_trait_reset = character.CharacterTopics.on_character_trait_reset
    serve_memory_query = memory.MemoryTopics.serve_memory_query
    serve_character_get = character.CharacterTopics.serve_character_get
