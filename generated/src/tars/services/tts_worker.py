"""The client of tts-worker. Made by topicwright from schema/services/tts-worker.yaml; do not edit."""

from topicwright import MQTTClient

from tars import config, health, tts


class TtsWorker(MQTTClient):
    """Speaks, and says how far it has come. Its document asks for ``MQTT_CLIENT_ID=tars-tts``."""

    publish_tts_status = tts.TtsTopics.publish_tts_status
    publish_health_status = health.HealthTopics.publish_health_status
    publish_health_heartbeat = health.HealthTopics.publish_health_heartbeat
    on_tts_say = tts.TtsTopics.on_tts_say
    on_tts_control = tts.TtsTopics.on_tts_control
    on_config_update = config.ConfigTopics.on_config_update
