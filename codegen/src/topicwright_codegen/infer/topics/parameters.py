"""Decides which levels below one node are values of a parameter, and why.

The rules, in their order; the first that applies to a level gives the reason:

1. A role (``state``, ``cmd``; see ``words``) and a version are never values.
2. A level that is an id by its form (UUID, MAC, number) is a value.
3. Levels that differ in their number only (``line1``, ``line2``) are values.
4. Levels that the payload repeats in one field (``serialNumber``) are values.
5. Levels below which the same topics are, or three of them with the same payload, are values: but not those that occur
   below most of the levels before them, as ``temperature`` does in each room.
6. Levels below a quantity (``temperature/kitchen``) are values: the places where it is measured.
7. So many levels (50) are values.
8. If there are values, a level that is like them is one too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from topicwright_codegen.infer.payloads.texts import stem_of
from topicwright_codegen.infer.topics.profile import Profile
from topicwright_codegen.infer.topics.tree import Ending, Node
from topicwright_codegen.infer.topics.words import is_odd, is_role, is_value
from topicwright_codegen.schemas.json_schema.units import is_quantity

_MANY: Final = 50
_COMPARED: Final = 400
"""Levels of one node that are compared by what is below them; further ones are compared with the result alone."""
Endings = dict[Ending, Profile]


@dataclass(slots=True)
class Parameter:
    """The levels at one place that are the values of a parameter."""

    values: dict[str, None] = field(default_factory=dict[str, None])
    reason: str = ""
    """Why they are, as a text for a comment; no value is in it."""
    stem: str = ""
    """What all values begin with, if they differ in a number."""
    fields: frozenset[str] = frozenset()
    """The fields of the payload that repeat the value."""
    doubted: dict[str, str] = field(default_factory=dict[str, str])
    """Levels that are no values, though they might be, each with the reason for the doubt."""


def parameter_of(node: Node, at: int, before: str = "") -> Parameter:
    """Return the levels below a node that are values.

    Args:
        node: the node.
        at: the number of these levels in the topic.
        before: the level before them; empty for a parameter.
    """
    free = {level: child for level, child in node.children.items() if not is_role(level) or is_odd(level)}
    found = Parameter()
    by_form = [level for level in free if is_value(level)]
    if by_form:
        found.values, found.reason = dict.fromkeys(by_form), f"{_levels(by_form)} of the form of an id"
    stems: dict[str, list[str]] = {}
    for level in free:
        if level not in found.values and stem_of(level):
            stems.setdefault(stem_of(level).lower(), []).append(level)
    numbered = {stem: levels for stem, levels in stems.items() if len(levels) > 1}
    if numbered:
        levels = [level for group in numbered.values() for level in group]
        found.reason = found.reason or f"{len(levels)} levels that differ in their number"
        found.values |= dict.fromkeys(levels)
        found.stem = next(iter(numbered)) if len(numbered) == 1 and not by_form else ""
    _by_payload(free, at, found)
    _by_likeness(node, free, found)
    if not found.values and len(free) > 1 and is_quantity(before) and not any(one.children for one in free.values()):
        found.values, found.reason = dict.fromkeys(free), f"{_levels(list(free))} below a quantity"
    if not found.values and len(free) >= _MANY:
        found.values, found.reason = dict.fromkeys(free), f"{len(free)} different levels"
    _absorb(free, found)
    return found


def _levels(values: Sequence[str]) -> str:
    return f"{len(values)} {'level' if len(values) == 1 else 'levels'}"


def _by_payload(free: dict[str, Node], at: int, found: Parameter) -> None:
    """Apply rule 4."""
    repeated: dict[str, list[str]] = {}
    for level, child in free.items():
        for name in sorted(_repeating(child, at)):
            repeated.setdefault(name, []).append(level)
    if not repeated:
        return
    best = max(repeated, key=lambda name: len(repeated[name]))
    levels = repeated[best]
    if len(levels) > 1 or levels[0] in found.values:
        new = [level for level in levels if level not in found.values]
        found.fields = frozenset(name for name, others in repeated.items() if len(others) == len(levels))
        if new:
            found.reason = f"{_levels(levels)}, which the payload repeats in {_shown(found.fields)}"
            found.values |= dict.fromkeys(new)
    elif levels[0] not in found.doubted:
        found.doubted[levels[0]] = f"the payload repeats it in {best!r}"


def _shown(names: frozenset[str]) -> str:
    return " and ".join(repr(name) for name in sorted(names)[:3])


def _repeating(node: Node, at: int) -> set[str]:
    """Return the fields that repeat the level of a node in each topic of objects below it that has such a field."""
    names: set[str] = set()
    absent: set[str] = set()
    stack = [node]
    looked = 0
    while stack and looked < _COMPARED:
        one = stack.pop()
        looked += 1
        stack += one.children.values()
        profile = one.profile
        if profile is not None and profile.objects:
            repeats = profile.repeats(at)
            names |= repeats
            absent |= profile.keys - repeats
    return names - absent


def _by_likeness(node: Node, free: dict[str, Node], found: Parameter) -> None:
    """Apply rule 5."""
    rest = [level for level in free if level not in found.values][:_COMPARED]
    if len(rest) < 2:
        return
    endings = {level: free[level].endings() for level in rest}
    group = _largest_group(rest, endings)
    if len(group) < 2:
        return
    nested = [level for level in group if free[level].children]
    shared = min(_shared(endings[level], endings[group[0]]) for level in group[1:])
    if len(nested) == len(group) and (shared > 1 or (len(group) > 2 and shared)):
        found.reason = found.reason or f"{_levels(group)} with the same topics below"
        found.values |= dict.fromkeys(group)
    elif _are_alike_leaves(node, free, group):
        found.reason = found.reason or f"{_levels(group)} with the same payload"
        found.values |= dict.fromkeys(group)
    elif all(_is_telling(endings[level]) for level in group):
        found.doubted |= {level: f"{len(group)} levels here have alike topics or payloads" for level in group}


def _largest_group(levels: Sequence[str], endings: dict[str, Endings]) -> list[str]:
    """Return the most levels below which the same topics are."""
    groups: list[list[str]] = []
    for level in sorted(levels, key=lambda one: -len(endings[one])):
        for group in groups:
            if _alike(endings[level], endings[group[0]]):
                group.append(level)
                break
        else:
            if len(groups) < 50:
                groups.append([level])
    return max(groups, key=len)


def _alike(one: Endings, other: Endings) -> bool:
    """Return whether the smaller of two has most of its topics in the other too, with payloads of the same kind."""
    shared = _shared(one, other)
    return shared >= 0.6 * min(len(one), len(other)) and shared >= 0.4 * max(len(one), len(other))


def _shared(one: Endings, other: Endings) -> int:
    """Return how many topics of the smaller of two are in the other: by their last level, or by an equal payload."""
    small, large = sorted((one, other), key=len)
    return sum(
        profile.like(large[ending]) if ending in large else _has_equal(ending, profile, large)
        for ending, profile in small.items()
    )


def _has_equal(ending: Ending, profile: Profile, large: Endings) -> bool:
    """Return whether a topic of the same depth has the same objects: their last levels may be values too."""
    if not profile.objects or len(profile.keys) < 2:
        return False
    return any(
        depth == ending[0] and other.objects and profile.like(other) and profile.likeness(other) >= 0.8
        for (depth, _), other in large.items()
    )


def _is_telling(endings: Endings) -> bool:
    """Return whether there is more below a level than the text of one value."""
    return len(endings) > 1 or any(len(profile.keys) > 1 for profile in endings.values())


def _are_alike_leaves(node: Node, free: dict[str, Node], group: Sequence[str]) -> bool:
    """Return whether levels where topics end are values: by their payloads, unless they are a vocabulary."""
    if node.merged > 1 and any(free[level].support > max(1, 0.3 * node.merged) for level in group):
        return False
    profiles = [profile for level in group if (profile := free[level].profile) is not None]
    if len(profiles) < len(group):
        return False
    first = profiles[0]
    if first.types:
        return all(profile.types == first.types for profile in profiles)
    same = all(profile.objects and profile.likeness(first) >= 0.8 for profile in profiles)
    return same and len(group) > 2 and len(first.keys) > 1


def _absorb(free: dict[str, Node], found: Parameter) -> None:
    """Apply rule 8."""
    rest = [level for level in free if level not in found.values]
    if not found.values or not rest:
        return
    known: Endings = {}
    for value in list(found.values)[:_COMPARED]:
        for ending, profile in free[value].endings().items():
            known.setdefault(ending, Profile()).merge(profile)
    for level in rest:
        own = free[level].endings()
        shared = sum(ending in known and own[ending].like(known[ending]) for ending in own)
        if shared and shared >= 0.6 * len(own):
            found.values[level] = None
