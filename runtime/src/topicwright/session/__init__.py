"""The MQTT session: connection state, subscriptions, and publishes in flight."""
