"""The client of ui-eink-display. Made by topicwright from schema/services/ui-eink-display.yaml; do not edit."""

from topicwright import MQTTClient

from tars import health, llm, stt, wake


class UiEinkDisplay(MQTTClient):
    """Shows the conversation on an e-ink display. Its document asks for ``MQTT_CLIENT_ID=tars-ui-eink-display``."""

    publish_health_status = health.HealthTopics.publish_health_status
    publish_health_heartbeat = health.HealthTopics.publish_health_heartbeat
    on_wake_event = wake.WakeTopics.on_wake_event
    on_stt_final = stt.SttTopics.on_stt_final
    on_llm_completion = llm.LlmTopics.on_llm_completion
