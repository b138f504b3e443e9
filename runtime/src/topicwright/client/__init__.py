"""What a service calls: the typed and the untyped client, its connection, health, requests and replies."""
