"""The client of config-manager. Made by topicwright from schema/services/config-manager.yaml; do not edit."""

from topicwright import MQTTClient

from tars import config, health


class ConfigManager(MQTTClient):
    """Keeps the settings of the services and hands them out, signed. Its document asks for
    ``MQTT_CLIENT_ID=config-manager``."""

    publish_config_update = config.ConfigTopics.publish_config_update
    publish_health_status = health.HealthTopics.publish_health_status
    publish_health_heartbeat = health.HealthTopics.publish_health_heartbeat
