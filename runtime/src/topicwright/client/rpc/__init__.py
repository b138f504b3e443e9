"""Request and reply over MQTT (MQTT 5, section 4.10): the requester, the expected replies, the responder."""
