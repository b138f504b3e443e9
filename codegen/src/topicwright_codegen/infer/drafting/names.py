"""Names of channels, events, schemas and parameters: from the levels of addresses, in ASCII, each once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from topicwright_codegen import naming
from topicwright_codegen.infer.payloads.events import Event
from topicwright_codegen.infer.payloads.texts import is_version
from topicwright_codegen.infer.topics.addresses import Address, Level
from topicwright_codegen.schemas.json_schema.units import is_quantity

_ASCII: Final = re.compile(r"[^A-Za-z0-9_]+")
_NAMES: Final = re.compile(r"(?:_|\A)(?:id|name|serial|serial_number|source|uuid|key)\Z")
_LONGEST: Final = 60


def words_of(text: str) -> str:
    """Return a text as a name in lower case with underscores, in ASCII; empty where nothing is left of it."""
    return _ASCII.sub("", naming.snake(text)).strip("_")[:_LONGEST].strip("_")


def parameter_names(address: Address) -> list[str]:
    """Return the name of each parameter of an address, in their order."""
    names: list[str] = []
    before: Level | None = None
    for number, level in enumerate(address.levels, 1):
        if level.parameter is not None:
            name = words_of(_wanted(level, before)) or f"level_{number}"
            name = f"level_{name}" if name[0].isdigit() else name
            names.append(name if name not in names else f"{name}_{number}")
        before = level
    return names


def _wanted(level: Level, before: Level | None) -> str:
    parameter = level.parameter
    assert parameter is not None
    if level.name:
        return level.name
    if parameter.fields:
        return min(parameter.fields, key=lambda name: (not _NAMES.search(naming.snake(name)), len(name), name))
    if parameter.stem:
        return parameter.stem
    if before is None or before.parameter is not None:
        return ""
    if is_quantity(before.text):
        return "place"
    word = words_of(before.text)
    return _singular(word) or (f"{word}_id" if word else "")


def _singular(word: str) -> str:
    """Return the singular of a plural; empty for another word."""
    if len(word) < 4 or word.endswith(("ss", "us", "is")):
        return ""
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    return word[:-1] if word.endswith("s") else ""


def text_of(address: Address, parameters: Sequence[str]) -> str:
    """Return the address as AsyncAPI writes it."""
    names = iter(parameters)
    return "/".join(level.text if level.parameter is None else f"{{{next(names)}}}" for level in address.levels)


class Names:
    """Gives each channel, event and schema a name that no other one has."""

    def __init__(self) -> None:
        self._taken: dict[str, set[str]] = {"channel": set(), "event": set(), "schema": set()}

    def reserve(self, kind: str, name: str) -> None:
        """Take a name that is in use."""
        self._taken[kind].add(name.lower())

    def channel(self, address: Address, parameters: Sequence[str]) -> str:
        """Return the key of a channel."""
        plain, full = _candidates(address, parameters)
        return self._free("channel", [_camel(plain), _camel(full)])

    def event(self, address: Address, parameters: Sequence[str], event: Event) -> str:
        """Return the name of a message: its type in the envelope, else words of its address."""
        if event.event_type and event.event_type.isprintable():
            return event.event_type
        plain, full = (".".join(words) for words in _candidates(address, parameters))
        end = words_of(event.constant) if event.told_by else "empty" if event.kind == "empty" else ""
        ends = f".{end}" if end else ""
        return self._free("event", [f"{plain}{ends}", f"{plain}{ends}.{event.kind}", f"{full}{ends}"])

    def schema(self, event_name: str) -> str:
        """Return the key of the schema of an event."""
        name = _ASCII.sub("", naming.pascal(event_name.replace("_", " "))) or "Payload"
        return self._free("schema", [f"P{name}" if name[0].isdigit() else name])

    def _free(self, kind: str, wanted: Sequence[str]) -> str:
        taken = self._taken[kind]
        name = next((one for one in wanted if one.lower() not in taken), "")
        number = 2
        while not name:
            numbered = f"{wanted[-1]}{number}"
            name = numbered if numbered.lower() not in taken else ""
            number += 1
        taken.add(name.lower())
        return name


def _candidates(address: Address, parameters: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the words of an address: those that are not versions, and all with the parameters."""
    literal = [words_of(level.text) for level in address.levels if level.parameter is None]
    plain = [word for word in literal if word and not is_version(word)] or ["message"]
    names = iter(parameters)
    full = [words_of(level.text) if level.parameter is None else f"by_{next(names)}" for level in address.levels]
    return plain, [word for word in full if word] or ["message"]


def _camel(words: Sequence[str]) -> str:
    joined = naming.pascal(" ".join(words).replace("_", " "))
    joined = _ASCII.sub("", joined)
    return f"{joined[:1].lower()}{joined[1:]}" or "channel"
