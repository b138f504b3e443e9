"""The client of camera-service. Made by topicwright from schema/services/camera-service.yaml; do not edit."""

from topicwright import MQTTClient

from tars import camera, health


class CameraService(MQTTClient):
    """Publishes what the camera sees and takes pictures on request. Its document asks for
    ``MQTT_CLIENT_ID=tars-camera``."""

    publish_camera_frame = camera.CameraTopics.publish_camera_frame
    publish_camera_frame_jpeg = camera.CameraTopics.publish_camera_frame_jpeg
    publish_camera_image = camera.CameraTopics.publish_camera_image
    publish_camera_status = camera.CameraTopics.publish_camera_status
    publish_health_status = health.HealthTopics.publish_health_status
    publish_health_heartbeat = health.HealthTopics.publish_health_heartbeat
    on_camera_capture = camera.CameraTopics.on_camera_capture
    serve_camera_capture = camera.CameraTopics.serve_camera_capture
