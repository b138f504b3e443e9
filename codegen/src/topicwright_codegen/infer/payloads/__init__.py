"""What payloads are made of: their kinds, their shapes, the envelope around them, the events and replies among them."""
