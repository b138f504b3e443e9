"""Schema review: how a change of the catalog affects running services, before it is merged.

``engine.review`` compares two compiled sides; ``rules`` lists the verdicts of each kind of change. Every witness is
a message that the generated model of the other side has read or refused.
"""
