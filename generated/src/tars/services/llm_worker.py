"""The client of llm-worker. Made by topicwright from schema/services/llm-worker.yaml; do not edit."""

from topicwright import MQTTClient

from tars import character, health, llm, memory, movement, tts


class LlmWorker(MQTTClient):
    """Answers prompts with a language model, the memory as context, the character as tone and tools as hands. Its
    document asks for ``MQTT_CLIENT_ID=tars-llm``."""

    publish_llm_completion = llm.LlmTopics.publish_llm_completion
    publish_llm_stream = llm.LlmTopics.publish_llm_stream
    publish_memory_query = memory.MemoryTopics.publish_memory_query
    publish_character_get = character.CharacterTopics.publish_character_get
    publish_llm_tool_call_request = llm.LlmTopics.publish_llm_tool_call_request
    publish_tts_say = tts.TtsTopics.publish_tts_say
    publish_character_trait_update = character.CharacterTopics.publish_character_trait_update
    publish_character_trait_reset = character.CharacterTopics.publish_character_trait_reset
    publish_movement_test = movement.MovementTopics.publish_movement_test
    publish_movement_stop = movement.MovementTopics.publish_movement_stop
    publish_health_status = health.HealthTopics.publish_health_status
    publish_health_heartbeat = health.HealthTopics.publish_health_heartbeat
    on_llm_request = llm.LlmTopics.on_llm_request
    on_llm_cancel = llm.LlmTopics.on_llm_cancel
    on_memory_query_result = memory.MemoryTopics.on_memory_query_result
    on_character_snapshot = character.CharacterTopics.on_character_snapshot
    on_character_section = character.CharacterTopics.on_character_section
    on_system_character_current = character.CharacterTopics.on_system_character_current
    on_llm_tools_registry = llm.LlmTopics.on_llm_tools_registry
    on_llm_tool_call_result = llm.LlmTopics.on_llm_tool_call_result
    on_movement_status = movement.MovementTopics.on_movement_status
    request_memory_query = memory.MemoryTopics.request_memory_query
    request_character_get = character.CharacterTopics.request_character_get
    request_llm_tool_call_request = llm.LlmTopics.request_llm_tool_call_request
    request_movement_test = movement.MovementTopics.request_movement_test
    serve_llm_request = llm.LlmTopics.serve_llm_request
