"""Between a typed value and the bytes of a payload, in both directions."""
