"""What was heard: messages, the file of them, and the broker that they come from."""
