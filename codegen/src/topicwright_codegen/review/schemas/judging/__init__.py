"""The judge of payloads: messages of both versions, and what a validator of JSON Schema says of each."""
