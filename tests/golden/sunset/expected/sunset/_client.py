"""The client of sunset. Made by topicwright from catalog/; do not edit."""

from sunset import lamp


class SunsetClient(
    lamp.LampTopics,
):
    """Every topic of the catalog."""
