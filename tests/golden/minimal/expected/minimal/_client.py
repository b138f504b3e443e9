"""The client of minimal. Made by topicwright from catalog/weather.yaml; do not edit."""

from minimal import weather


class MinimalClient(
    weather.WeatherTopics,
):
    """Every topic of the catalog."""
