"""The client of names. Made by topicwright from catalog/names.yaml; do not edit."""

from names import class_, names


class NamesClient(
    class_.ClassTopics,
    names.NamesTopics,
):
    """Every topic of the catalog."""
