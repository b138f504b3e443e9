"""MQTT's own vocabulary: topic names and filters, messages, reason codes."""
