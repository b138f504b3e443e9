"""An MQTT 5 client engine on asyncio; the package ``mqtt5`` encodes and decodes its packets."""
