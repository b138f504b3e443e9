"""The demo: seven services, one conversation, one of them killed in the middle, and an honest count at the end."""
