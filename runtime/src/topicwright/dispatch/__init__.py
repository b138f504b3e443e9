"""From a received message to its handlers, and back to its acknowledgement."""
