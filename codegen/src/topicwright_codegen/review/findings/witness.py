"""A message that proves a finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from topicwright_codegen.catalog.model import Topic

Version: TypeAlias = Literal["old", "new"]


@dataclass(frozen=True, slots=True, eq=False)
class TopicPair:
    """A topic before and after the change."""

    old: Topic
    new: Topic

    @property
    def topics(self) -> tuple[Topic, ...]:
        """Both, the new one first."""
        return self.new, self.old


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """A message of one version that the other one should refuse or change."""

    writer: Version
    pair: TopicPair
    message: object
    headers: bool = False
    place: str = ""
    """The place of the change in the schema, such as ``payload.items[]``."""
    keyword: str = ""
    is_guess: bool = False
    """Whether the change cannot be compared: its verdicts are the worst that it may have."""
    missing: str = ""
    """The reason why there is no message; empty otherwise."""
    refusal: str = ""
    """What a validator of JSON Schema says of the message for the reader; empty where it was not asked."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A message and what the generated model of the other version does with it, or the reason why there is none."""

    reason: str = ""
    writer: Version = "new"
    message: object = None
    strict: str = ""
    tolerant: str = ""

    def json(self) -> dict[str, object]:
        """Return the witness as the JSON format has it."""
        if self.reason:
            return {"message": None, "reason": self.reason}
        reader = "old" if self.writer == "new" else "new"
        return {
            "writer": self.writer,
            "reader": reader,
            "message": self.message,
            "strict_reader": self.strict,
            "tolerant_reader": self.tolerant,
        }


NO_PAYLOAD = Witness("no model can show this: it is not about the content of a message")
