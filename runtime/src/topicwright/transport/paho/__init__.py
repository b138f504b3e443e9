"""MQTT 5 and 3.1.1 over aiomqtt and the paho client inside it."""
