"""The client of ui-web. Made by topicwright from schema/services/ui-web.yaml; do not edit."""

from topicwright import MQTTClient

from tars import camera, health, llm, memory, movement, stt, tts


class UiWeb(MQTTClient):
    """Shows in a browser what the robot hears, thinks, says and sees. Its document asks for
    ``MQTT_CLIENT_ID=ui-web``."""

    publish_memory_query = memory.MemoryTopics.publish_memory_query
    publish_camera_capture = camera.CameraTopics.publish_camera_capture
    publish_health_status = health.HealthTopics.publish_health_status
    publish_health_heartbeat = health.HealthTopics.publish_health_heartbeat
    on_stt_partial = stt.SttTopics.on_stt_partial
    on_stt_final = stt.SttTopics.on_stt_final
    on_stt_audio_fft = stt.SttTopics.on_stt_audio_fft
    on_tts_say = tts.TtsTopics.on_tts_say
    on_tts_status = tts.TtsTopics.on_tts_status
    on_llm_stream = llm.LlmTopics.on_llm_stream
    on_llm_completion = llm.LlmTopics.on_llm_completion
    on_memory_query_result = memory.MemoryTopics.on_memory_query_result
    on_camera_frame = camera.CameraTopics.on_camera_frame
    on_camera_frame_jpeg = camera.CameraTopics.on_camera_frame_jpeg
    on_camera_status = camera.CameraTopics.on_camera_status
    on_camera_image = camera.CameraTopics.on_camera_image
    on_movement_state = movement.MovementTopics.on_movement_state
    on_movement_status = movement.MovementTopics.on_movement_status
    on_health_status = health.HealthTopics.on_health_status
    on_health_esp32 = health.HealthTopics.on_health_esp32
    on_health_heartbeat = health.HealthTopics.on_health_heartbeat
    request_memory_query = memory.MemoryTopics.request_memory_query
    request_camera_capture = camera.CameraTopics.request_camera_capture
