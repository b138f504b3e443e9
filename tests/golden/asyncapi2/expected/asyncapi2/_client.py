"""The client of asyncapi2. Made by topicwright from catalog/greenhouse.yaml; do not edit."""

from asyncapi2 import greenhouse


class Asyncapi2Client(
    greenhouse.GreenhouseTopics,
):
    """Every topic of the catalog."""
