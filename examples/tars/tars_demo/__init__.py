"""The demo: seven services have a conversation, one of them is killed in between, and lost messages are counted."""
