"""The client of stt-worker. Made by topicwright from schema/services/stt-worker.yaml; do not edit."""

from topicwright import MQTTClient

from tars import config, health, stt, tts, wake


class SttWorker(MQTTClient):
    """Turns the sound of the microphone into text. Its document asks for ``MQTT_CLIENT_ID=tars-stt``."""

    publish_stt_partial = stt.SttTopics.publish_stt_partial
    publish_stt_final = stt.SttTopics.publish_stt_final
    publish_stt_audio_fft = stt.SttTopics.publish_stt_audio_fft
    publish_health_status = health.HealthTopics.publish_health_status
    publish_health_heartbeat = health.HealthTopics.publish_health_heartbeat
    on_wake_event = wake.WakeTopics.on_wake_event
    on_wake_mic = wake.WakeTopics.on_wake_mic
    on_tts_say = tts.TtsTopics.on_tts_say
    on_tts_status = tts.TtsTopics.on_tts_status
    on_config_update = config.ConfigTopics.on_config_update
