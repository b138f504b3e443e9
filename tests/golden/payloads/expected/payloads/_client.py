"""The client of payloads. Made by topicwright from catalog/payloads.yaml; do not edit."""

from payloads import payloads


class PayloadsClient(
    payloads.PayloadsTopics,
):
    """Every topic of the catalog."""
