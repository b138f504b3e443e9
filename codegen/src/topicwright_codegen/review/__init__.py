"""Schema review: what a change of the catalog does to everyone who runs, before it is merged.

``engine.review`` compares two compiled sides; ``rules`` says what each kind of change means, and every witness is
a message that the generated model of the other side has really been given.
"""
