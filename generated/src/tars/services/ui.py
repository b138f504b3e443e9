"""The client of ui. Made by topicwright from schema/services/ui.yaml; do not edit."""

from topicwright import MQTTClient

from tars import health, llm, stt, tts


class Ui(MQTTClient):
    """Shows on the robot's own screen what it hears and says. Its document asks for ``MQTT_CLIENT_ID=tars-ui``."""

    publish_health_status = health.HealthTopics.publish_health_status
    publish_health_heartbeat = health.HealthTopics.publish_health_heartbeat
    on_stt_partial = stt.SttTopics.on_stt_partial
    on_stt_final = stt.SttTopics.on_stt_final
    on_stt_audio_fft = stt.SttTopics.on_stt_audio_fft
    on_tts_status = tts.TtsTopics.on_tts_status
    on_llm_completion = llm.LlmTopics.on_llm_completion
