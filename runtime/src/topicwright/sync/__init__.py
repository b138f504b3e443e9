"""The blocking client: for programs without an event loop, such as scripts, Django views and Celery tasks."""

from topicwright.sync.handlers import Handler, OnCleared, RawHandler, Responder
from topicwright.sync.mqtt_client import MQTTClient
from topicwright.sync.subscription import Subscription

__all__ = ["Handler", "MQTTClient", "OnCleared", "RawHandler", "Responder", "Subscription"]
