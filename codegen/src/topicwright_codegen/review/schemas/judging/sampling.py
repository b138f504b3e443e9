"""Messages of two versions of a payload: what readers of the other version refuse."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from random import Random
from typing import Final

from jsonschema_rs import ValidationError

from topicwright_codegen.review.findings.witness import Version
from topicwright_codegen.review.schemas.judging.bundles import Bundle
from topicwright_codegen.review.schemas.judging.focus import Focused, differences
from topicwright_codegen.review.schemas.judging.maker import Maker
from topicwright_codegen.review.schemas.judging.mutations import mutated, repaired
from topicwright_codegen.review.schemas.judging.pool import Pool

_KEPT: Final = 150
_ENOUGH: Final = 400
_PAIRS: Final[tuple[tuple[Version, Version], ...]] = (("old", "new"), ("new", "old"))
"""Readers, and the writers of what they get."""
_LONGEST: Final = 200
_MAX_ERRORS: Final = 20


@dataclass(frozen=True, slots=True, eq=False)
class Refused:
    """A message of one version that the other one refuses."""

    message: object
    size: int
    places: tuple[tuple[str, str], ...]
    """What it violates: the place in the message, and the keyword."""
    text: str
    """The first violation, in words."""


@dataclass(slots=True, eq=False)
class Sample:
    """Messages of both versions, judged by both."""

    old: Bundle
    new: Bundle
    refused: dict[Version, list[object]] = field(default_factory=lambda: {"old": [], "new": []})
    """By the reader that refuses them."""
    accepted: dict[Version, list[object]] = field(default_factory=lambda: {"old": [], "new": []})
    """By the reader that accepts them: messages of the other version."""

    @property
    def is_same(self) -> bool:
        """Whether both versions have the same schema."""
        return self.old.text == self.new.text

    def reader(self, version: Version) -> Bundle:
        """Return the schema of a version."""
        return self.old if version == "old" else self.new

    def draw(self, count: int) -> None:
        """Judge a number of messages: random ones, mutations, and those about a difference; the same ones each time."""
        random = Random(f"{self.old.text}\0{self.new.text}")
        pool = Pool.of((self.old.schema, self.new.schema))
        changed = pool.beside(Pool.of((self.old.schema,)), Pool.of((self.new.schema,)))
        makers = Maker(self.old, pool, random), Maker(self.new, pool, random)
        focused = [Focused(focus, makers, random) for focus in differences(self.old, self.new)]
        bases: list[object] = []
        for number in range(count):
            if bases and focused and number % 2:
                message = focused[number // 2 % len(focused)].message(random.choice(bases))
            elif bases and number % 6:
                message = mutated(random.choice(bases), changed if random.random() < 0.5 else pool, random)
            else:
                maker = makers[number // 6 % 2]
                message = repaired(maker.message(), maker.bundle)
            if self._judge(message) and len(bases) < _KEPT:
                bases.append(message)

    def _judge(self, message: object) -> bool:
        """Judge a message; return whether it is valid in a version."""
        fits: dict[Version, bool] = {"old": self.old.accepts(message), "new": self.new.accepts(message)}
        for reader, writer in _PAIRS:
            known, most = (self.accepted, _ENOUGH) if fits[reader] else (self.refused, _KEPT)
            if fits[writer] and len(known[reader]) < most and self.reader(writer).is_written(message):
                known[reader].append(message)
        return any(fits.values())

    def breaks(self, reader: Version, message: object) -> bool:
        """Return whether a message is valid for its writer, and refused by the reader."""
        writer = self.new if reader == "old" else self.old
        return writer.accepts(message) and not self.reader(reader).accepts(message)

    def explained(self, reader: Version, message: object) -> Refused:
        """Return a message with what it violates."""
        errors = self.reader(reader).errors(message)[:_MAX_ERRORS]
        places = tuple((place, str(error.kind.name)) for error in errors for place in _places(error))
        return Refused(message, len(json.dumps(message)), places, _described(errors[0]) if errors else "refused")


@dataclass(slots=True, eq=False)
class Proofs:
    """The refused messages of a sample, the smallest first, with what each violates."""

    sample: Sample
    best: dict[object, tuple[Refused, ...]] = field(default_factory=dict[object, tuple[Refused, ...]])
    """The message that shows a change best, by the reader and the change."""
    _known: dict[Version, list[Refused]] = field(default_factory=dict[Version, list[Refused]])

    def of(self, reader: Version) -> list[Refused]:
        """Return the messages that a reader refuses."""
        if reader not in self._known:
            found = [self.sample.explained(reader, message) for message in self.sample.refused[reader]]
            self._known[reader] = sorted(found, key=lambda one: (len(one.places), one.size))
        return self._known[reader]


def _places(error: ValidationError) -> list[str]:
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.instance_path)
    names = [getattr(error.kind, "property", None), *getattr(error.kind, "unexpected", [])]
    named = [f"{place}.{name}" for name in names if isinstance(name, str)]
    return named or [place]


def _described(error: ValidationError) -> str:
    place = ".".join(map(str, error.instance_path)) or "message"
    message = error.message
    return f"{place}: {message if len(message) <= _LONGEST else f'{message[:_LONGEST]}...'}"
