"""Encoding typed values to the bytes of payloads, and decoding them."""
