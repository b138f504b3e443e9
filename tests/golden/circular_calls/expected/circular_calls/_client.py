"""The client of circular_calls. Made by topicwright from catalog/game.yaml; do not edit."""

from circular_calls import event, ping, pong, shared


class CircularCallsClient(
    event.EventTopics,
    ping.PingTopics,
    pong.PongTopics,
    shared.SharedTopics,
):
    """Every topic of the catalog."""
