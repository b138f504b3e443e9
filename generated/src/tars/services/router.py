"""The client of router. Made by topicwright from schema/services/router.yaml; do not edit."""

from topicwright import MQTTClient

from tars import health, llm, movement, stt, tts, wake


class Router(MQTTClient):
    """Leads the conversation from what was heard over the language model to what is said. Its document asks for
    ``MQTT_CLIENT_ID=tars-router``."""

    publish_llm_request = llm.LlmTopics.publish_llm_request
    publish_llm_cancel = llm.LlmTopics.publish_llm_cancel
    publish_tts_say = tts.TtsTopics.publish_tts_say
    publish_movement_test = movement.MovementTopics.publish_movement_test
    publish_movement_stop = movement.MovementTopics.publish_movement_stop
    publish_health_status = health.HealthTopics.publish_health_status
    publish_health_heartbeat = health.HealthTopics.publish_health_heartbeat
    on_stt_final = stt.SttTopics.on_stt_final
    on_wake_event = wake.WakeTopics.on_wake_event
    on_tts_status = tts.TtsTopics.on_tts_status
    on_health_status = health.HealthTopics.on_health_status
    on_llm_completion = llm.LlmTopics.on_llm_completion
    on_llm_stream = llm.LlmTopics.on_llm_stream
    on_movement_status = movement.MovementTopics.on_movement_status
    request_llm_request = llm.LlmTopics.request_llm_request
    stream_llm_request = llm.LlmTopics.stream_llm_request
    request_movement_test = movement.MovementTopics.request_movement_test
