"""The client of game. Made by topicwright from catalog/game.yaml; do not edit."""

from topicwright import MQTTClient

from circular_calls import event, ping, pong, shared


class Game(MQTTClient):
    """Ping asks pong and pong asks ping."""

    publish_pong = pong.PongTopics.publish_pong
    publish_ping = ping.PingTopics.publish_ping
    on_ping = ping.PingTopics.on_ping
    on_pong = pong.PongTopics.on_pong
    on_event_ = event.EventTopics.on_event_
    serve_ping = shared.SharedTopics.serve_ping
    serve_pong = shared.SharedTopics.serve_pong
