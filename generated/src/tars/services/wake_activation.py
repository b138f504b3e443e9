"""The client of wake-activation. Made by topicwright from schema/services/wake-activation.yaml; do not edit."""

from topicwright import MQTTClient

from tars import health, stt, tts, wake


class WakeActivation(MQTTClient):
    """Listens for the wake word, opens the microphone and interrupts speech. Its document asks for
    ``MQTT_CLIENT_ID=wake-activation``."""

    publish_wake_event = wake.WakeTopics.publish_wake_event
    publish_wake_mic = wake.WakeTopics.publish_wake_mic
    publish_tts_control = tts.TtsTopics.publish_tts_control
    publish_health_status = health.HealthTopics.publish_health_status
    publish_health_heartbeat = health.HealthTopics.publish_health_heartbeat
    on_tts_status = tts.TtsTopics.on_tts_status
    on_stt_final = stt.SttTopics.on_stt_final
    on_health_status = health.HealthTopics.on_health_status
