"""MQTT 5 on asyncio over the codec ``mqtt5``."""
