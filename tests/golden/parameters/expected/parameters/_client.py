"""The client of parameters. Made by topicwright from catalog/devices.yaml; do not edit."""

from parameters import plant


class ParametersClient(
    plant.PlantTopics,
):
    """Every topic of the catalog."""
