"""The values of a type: alternatives, inclusion, examples, patterns."""
