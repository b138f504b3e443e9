"""How a value of JSON becomes one of Python: exact scalars, texts that are kept, what devices really send."""
