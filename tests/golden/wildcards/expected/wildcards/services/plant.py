"""The client of plant. Made by topicwright from catalog/plant.yaml; do not edit."""

from topicwright import MQTTClient

from wildcards import plant


class Plant(MQTTClient):
    """Plant."""

    on_all_measured = plant.PlantTopics.on_all_measured
    on_line = plant.PlantTopics.on_line
