"""Payload schemas compared by inclusion, in both directions, for readers that forbid unknown fields and others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from topicwright_codegen.review.findings.finding import Finding
from topicwright_codegen.review.findings.verdicts import SourceApi
from topicwright_codegen.review.findings.witness import Version
from topicwright_codegen.review.schemas.comparison import Comparison, Example
from topicwright_codegen.review.schemas.limits import limits_changed
from topicwright_codegen.review.schemas.location import Embed, Location
from topicwright_codegen.review.schemas.object_review import ObjectReview
from topicwright_codegen.review.schemas.objects import ObjectShape
from topicwright_codegen.review.schemas.values.alternatives import (
    Alternative,
    Types,
    alternatives_of,
    alternatives_of_type,
    counterpart,
    tag_of,
)
from topicwright_codegen.review.schemas.values.examples import example_of, example_of_schema
from topicwright_codegen.review.schemas.values.inclusion import (
    are_alike,
    broken_python,
    distinct_values,
    have_one_object,
    includes,
    shown_alternatives,
    value_outside,
)
from topicwright_codegen.schemas.flat import Flat
from topicwright_codegen.schemas.types import Type


@dataclass(frozen=True, slots=True)
class PayloadReview:
    """Compares the types of two payloads, or of two sets of headers."""

    comparison: Comparison
    _seen: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])
    """The numbers of the classes that have been compared."""

    def compare(self, old: Type, new: Type) -> Iterator[Finding]:
        """Yield the changes between two types."""
        location = Location("headers" if self.comparison.headers else "payload", old.node, new.node)
        olds = alternatives_of_type(old, self.comparison.old_types)
        news = alternatives_of_type(new, self.comparison.new_types)
        yield from self._alternatives(olds, news, location)

    def _schemas(self, old: Flat, new: Flat, location: Location) -> Iterator[Finding]:
        olds = alternatives_of(old, self.comparison.old_types)
        news = alternatives_of(new, self.comparison.new_types)
        yield from self._alternatives(olds, news, location)

    def _alternatives(self, olds: list[Alternative], news: list[Alternative], location: Location) -> Iterator[Finding]:
        lost, got = list(olds), list(news)
        alone = have_one_object(olds, news)
        for old in olds:
            new = self._partner(old, got, alone)
            if new is not None:
                lost.remove(old)
                got.remove(new)
                tagged = old.kind == "object" and not alone
                here = location.branch(tag_of(old, self.comparison.old_types)) if tagged else location
                yield from self._same_kind(old, new, here)
        yield from self._unpaired(lost, got, self._python(olds, news, location), location)

    def _partner(self, old: Alternative, news: list[Alternative], alone: bool) -> Alternative | None:
        same = [new for new in news if are_alike(old, new)]
        if old.kind != "object" or alone:
            return same[0] if same else None
        return counterpart(old, same, self.comparison.old_types, self.comparison.new_types)

    def _same_kind(self, old: Alternative, new: Alternative, location: Location) -> Iterator[Finding]:
        yield from self._limits(old, new, location)
        match old.kind:
            case "object":
                yield from self._objects(old, new, location)
            case "literal":
                yield from self._literals(old, new, location)
            case "array":
                yield from self._arrays(old, new, location)
            case "map":
                yield from self._schemas(old.member, new.member, location.inside(".*", lambda value: {"key": value}))
            case _:
                pass

    def _limits(self, old: Alternative, new: Alternative, location: Location) -> Iterator[Finding]:
        types = self.comparison.old_types, self.comparison.new_types
        for limit in limits_changed(old, new, *types):
            writer: Version = "old" if limit.rule == "limit-tightened" else "new"
            example = Example(writer, limit.make, limit.is_guess)
            text = f"{limit.text} at {location.path}"
            yield self.comparison.change(limit.rule, text, location, example, limit.keyword).judged()

    def _arrays(self, old: Alternative, new: Alternative, location: Location) -> Iterator[Finding]:
        if not old.prefix:
            yield from self._schemas(old.items, new.items, location.inside("[]", lambda value: [value]))
        for at, (one, other) in enumerate(zip(old.prefix, new.prefix, strict=True)):
            puts = _in_tuple(old, at, self.comparison.old_types), _in_tuple(new, at, self.comparison.new_types)
            yield from self._schemas(one, other, location.element(f"[{at}]", *puts))

    def _literals(self, old: Alternative, new: Alternative, location: Location) -> Iterator[Finding]:
        olds, news = distinct_values(old), distinct_values(new)
        for key in sorted(olds.keys() - news.keys()):
            text, example = f"value {olds[key]!r} is gone from {location.path}", _constant("old", olds[key])
            yield self.comparison.change("enum-value-removed", text, location, example, repr(key)).judged()
        for key in sorted(news.keys() - olds.keys()):
            text, example = f"{location.path} has the new value {news[key]!r}", _constant("new", news[key])
            change = self.comparison.change("enum-value-added", text, location, example, repr(key))
            yield change.judged(source="both" if location.invariant else None)

    def _unpaired(
        self, lost: list[Alternative], got: list[Alternative], source: SourceApi, location: Location
    ) -> Iterator[Finding]:
        if lost and got:
            yield from self._replaced(lost, got, source, location)
            return
        for alternative in lost:
            yield self._lost(alternative, source, location)
        for alternative in got:
            rule = "type-widened" if alternative.kind == "null" else "union-branch-added"
            text = f"{location.path} may be {alternative.shown} now"
            example = Example("new", partial(example_of, alternative, self.comparison.new_types))
            yield self.comparison.change(rule, text, location, example, alternative.shown).judged(source=source)

    def _lost(self, alternative: Alternative, source: SourceApi, location: Location) -> Finding:
        example = Example("old", lambda: example_of(alternative, self.comparison.old_types))
        if alternative.kind == "null":
            text = f"{location.path} may not be null any more"
            return self.comparison.change("type-narrowed", text, location, example).judged(source=source)
        text = f"{location.path} has lost the alternative {alternative.shown}"
        change = self.comparison.change("union-branch-removed", text, location, example, alternative.shown)
        # A class is named in the code of readers too.
        return change.judged(source="both" if alternative.kind == "object" else source)

    def _replaced(
        self, lost: list[Alternative], got: list[Alternative], source: SourceApi, location: Location
    ) -> Iterator[Finding]:
        """Yield the replacement of types: by a wider one, a narrower one, or one that shares no value."""
        old_types, new_types = self.comparison.old_types, self.comparison.new_types
        text = f"{location.path}: {_became(lost, got, old_types, new_types)}"
        if _include(got, lost, old_types, new_types):
            example = Example("new", lambda: value_outside(lost, got, new_types))
            yield self.comparison.change("type-widened", text, location, example).judged(source=source)
        elif _include(lost, got, new_types, old_types):
            example = Example("old", lambda: value_outside(got, lost, old_types))
            yield self.comparison.change("type-narrowed", text, location, example).judged(source=source)
        else:
            example = Example("new", lambda: example_of(got[0], new_types))
            change = self.comparison.change("type-changed", text, location, example)
            # One class on both sides with other values, as where the constant of a branch has changed.
            yield change.judged(source="both" if source == "ok" else source)
            return
        yield from self._numbers(lost, got, location)

    def _numbers(self, lost: list[Alternative], got: list[Alternative], location: Location) -> Iterator[Finding]:
        """Compare the limits of integers and numbers that have replaced each other."""
        olds, news = ([one for one in some if one.kind in ("integer", "number")] for some in (lost, got))
        for old, new in zip(olds, news, strict=False):
            yield from self._limits(old, new, location)

    def _python(self, olds: list[Alternative], news: list[Alternative], location: Location) -> SourceApi:
        """Return which Python another type breaks; in a list or a dict, which is invariant, any change breaks both."""
        verdict = broken_python(olds, news)
        return "both" if location.invariant and verdict != "ok" else verdict

    def _objects(self, old: Alternative, new: Alternative, location: Location) -> Iterator[Finding]:
        if old.type is None or new.type is None or (old.type.number, new.type.number) in self._seen:
            return
        self._seen.add((old.type.number, new.type.number))
        shapes = ObjectShape.of(old.type, self.comparison.before), ObjectShape.of(new.type, self.comparison.after)
        here = replace(location, old=old.type.node, new=new.type.node)
        yield from ObjectReview(self.comparison, self._schemas, *shapes, here).findings()


def _became(lost: list[Alternative], got: list[Alternative], old_types: Types, new_types: Types) -> str:
    """Return how a finding tells alternatives from those that replace them: by their tags where names are equal."""
    old, new = shown_alternatives(lost), shown_alternatives(got)
    if old == new:
        old, new = (
            " or ".join(f"{one.shown} ({tag_of(one, types)})" for one in some)
            for some, types in ((lost, old_types), (got, new_types))
        )
    return f"{old} became {new}"


def _include(wide: list[Alternative], narrow: list[Alternative], types: Types, wide_types: Types) -> bool:
    """Return whether each narrow alternative is included in a wide one."""
    return all(any(includes(other, one, types, wide_types) for other in wide) for one in narrow)


def _constant(writer: Version, value: object) -> Example:
    return Example(writer, lambda: value)


def _in_tuple(alternative: Alternative, at: int, types: Types) -> Embed:
    """Return a function that puts a value into an example of a tuple, at an index."""

    def embed(value: object) -> object:
        prefix = enumerate(alternative.prefix)
        return [value if index == at else example_of_schema(item, types) for index, item in prefix]

    return embed
