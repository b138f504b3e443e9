"""What generated code is made of: descriptors, addresses, events and models."""
