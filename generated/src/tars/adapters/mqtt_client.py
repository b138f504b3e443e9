"""Another import path for names of the runtime. Made by topicwright from schema/; do not edit."""

from topicwright import MQTTClient

__all__ = ["MQTTClient"]
