"""The client of wildcards. Made by topicwright from catalog/plant.yaml; do not edit."""

from wildcards import plant


class WildcardsClient(
    plant.PlantTopics,
):
    """Every topic of the catalog."""
