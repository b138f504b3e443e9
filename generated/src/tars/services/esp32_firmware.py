"""The client of esp32-firmware. Made by topicwright from schema/services/esp32-firmware.yaml; do not edit."""

from collections.abc import Mapping
from typing import ClassVar

from topicwright import MQTTClient

from tars import health, movement


class Esp32Firmware(MQTTClient):
    """Drives the servos. It speaks MQTT 3.1.1 and reads and writes bare JSON alone. Its document asks for
    ``MQTT_CLIENT_ID=tars-esp32``, ``MQTT_SESSION_EXPIRY=0``."""

    asked: ClassVar[Mapping[str, object]] = {"session_expiry": 0}
    publish_movement_status = movement.MovementTopics.publish_movement_status
    publish_movement_state = movement.MovementTopics.publish_movement_state
    publish_health_esp32 = health.HealthTopics.publish_health_esp32
    on_movement_test = movement.MovementTopics.on_movement_test
    on_movement_stop = movement.MovementTopics.on_movement_stop
    on_movement_frame = movement.MovementTopics.on_movement_frame
    serve_movement_test = movement.MovementTopics.serve_movement_test
