"""The comparison of two payloads: the versions, their types, and changes with the examples that show them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from topicwright_codegen.review.findings.finding import Change
from topicwright_codegen.review.findings.witness import Probe, TopicPair, Version
from topicwright_codegen.review.schemas.location import Location
from topicwright_codegen.review.schemas.values.alternatives import Types
from topicwright_codegen.review.schemas.values.examples import NoExampleError
from topicwright_codegen.review.sides.side import Side


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A value of one version that the other one should refuse or read otherwise."""

    writer: Version
    make: Callable[[], object]
    """Returns the value; raises NoExampleError where there is none."""
    is_guess: bool = False
    """Whether it is not known that the other version refuses it."""


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """The payloads, or the headers, of one topic on both sides."""

    before: Side
    after: Side
    old_types: Types
    new_types: Types
    pair: TopicPair
    headers: bool = False

    def change(self, rule: str, text: str, location: Location, example: Example, detail: str = "") -> Change:
        """Return a change at a location; its probe is a message with the example."""
        message, reason = None, ""
        embed = location.in_old if example.writer == "old" else location.in_new
        try:
            message = embed(example.make())
        except NoExampleError as error:
            reason = str(error)
        probe = Probe(example.writer, self.pair, message, self.headers, location.path, detail, example.is_guess, reason)
        return Change(rule, text, location.new, self.pair.topics, f"{location.path}:{detail}", probe, reason)
