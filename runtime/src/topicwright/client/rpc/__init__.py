"""Request and reply over MQTT 5 (section 4.10): who asks, who waits, who answers."""
