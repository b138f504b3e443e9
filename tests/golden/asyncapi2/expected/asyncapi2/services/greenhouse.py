"""The client of greenhouse. Made by topicwright from catalog/greenhouse.yaml; do not edit."""

from topicwright import MQTTClient

from asyncapi2 import greenhouse


class Greenhouse(MQTTClient):
    """Watches a greenhouse and opens its windows."""

    publish_climate_measured = greenhouse.GreenhouseTopics.publish_climate_measured
    publish_window_opened = greenhouse.GreenhouseTopics.publish_window_opened
    on_window_opened = greenhouse.GreenhouseTopics.on_window_opened
    on_window_closed = greenhouse.GreenhouseTopics.on_window_closed
    on_greenhouse_alarm = greenhouse.GreenhouseTopics.on_greenhouse_alarm
