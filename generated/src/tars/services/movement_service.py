"""The client of movement-service. Made by topicwright from schema/services/movement-service.yaml; do not edit."""

from topicwright import MQTTClient

from tars import health, movement


class MovementService(MQTTClient):
    """Turns movement commands into frames or commands for the ESP32. Its document asks for
    ``MQTT_CLIENT_ID=tars-movement``."""

    publish_movement_frame = movement.MovementTopics.publish_movement_frame
    publish_movement_test = movement.MovementTopics.publish_movement_test
    publish_health_status = health.HealthTopics.publish_health_status
    publish_health_heartbeat = health.HealthTopics.publish_health_heartbeat
    on_movement_command = movement.MovementTopics.on_movement_command
    on_movement_status = movement.MovementTopics.on_movement_status
    on_movement_state = movement.MovementTopics.on_movement_state
    on_movement_stop = movement.MovementTopics.on_movement_stop
    on_health_esp32 = health.HealthTopics.on_health_esp32
    request_movement_test = movement.MovementTopics.request_movement_test
