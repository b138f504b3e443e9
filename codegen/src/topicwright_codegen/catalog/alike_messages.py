"""TW513: messages of one address that nothing tells apart, with a message that fits both."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import combinations

from topicwright_codegen.asyncapi.model import Api
from topicwright_codegen.catalog.model import Catalog, Topic
from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.source import Source
from topicwright_codegen.schemas.json_schema.definitions import Judges
from topicwright_codegen.schemas.json_schema.keywords import FORMATS
from topicwright_codegen.schemas.json_schema.samples import fitting_both

_MOST = 20
"""More messages on one address are not compared."""
_LONGEST = 120
"""Characters of a message that are shown."""


class AlikeMessages:
    """AsyncAPI 3.0, channel object: a message is valid against one, and only one, message of its channel."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def __call__(self, _: Sequence[Api], catalog: Catalog) -> Iterator[tuple[str, str, Node, str, Sequence[Node]]]:
        """Yield each pair of messages that one message fits."""
        groups: dict[tuple[str, str | None], list[Topic]] = {}
        for topic in catalog.topics:
            if topic.beside and topic.payload is not None:
                groups.setdefault((topic.domain, topic.address), []).append(topic)
        for group in groups.values():
            for one, other in combinations(group[:_MOST], 2):
                found = self._both(one, other)
                if found is not None:
                    text = json.dumps(found[0])
                    text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
                    message = f"{text} on {one.address!r} can be {one.event_type!r} and {other.event_type!r}"
                    hint = (
                        "it is taken for the one that names more of its fields; a field with a const tells them apart"
                    )
                    yield "TW513", message, other.node, hint, (one.node,)

    def _both(self, one: Topic, other: Topic) -> list[object] | None:
        if one.payload is None or other.payload is None or one.content_type != other.content_type:
            return None
        judges = Judges(self._source, formats=frozenset(FORMATS))
        names = judges.of(one.payload.node, "One"), judges.of(other.payload.node, "Other")
        try:
            found: list[object] | None = fitting_both(judges.needed(iter(names)), *names)
        except ValueError:  # no valid schema, which is reported elsewhere
            return None
        return found
