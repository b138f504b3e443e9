"""The API of a service: the typed and the untyped client, its connection, health, requests and replies."""
