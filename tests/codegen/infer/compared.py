"""A draft beside the catalog that is true: addresses and the types of fields."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from topicwright_codegen.commands.bundle import bundle_catalog
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.project.config import Config

from tests.codegen.infer.simulators.base import Truth, fields_of

Types = frozenset[str]
Fields = dict[tuple[str, str], set[str]]
"""The types at each place, by address and path."""


@dataclass
class Compared:
    """How a draft differs from the truth."""

    addresses: int = 0
    missed: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    right: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The share of the fields that have the right type, of those of which a value passed."""
        return self.right / max(1, self.right + len(self.wrong))


def shape_of(address: str) -> str:
    """Return an address with the names of its parameters left out."""
    return re.sub(r"\{[^}]*\}", "{}", address)


def matches(address: str, topic: str) -> bool:
    one, other = shape_of(address).split("/"), topic.split("/")
    return len(one) == len(other) and all(a in ("{}", b) for a, b in zip(one, other, strict=True))


def true_fields(truth: Truth) -> Fields:
    found: Fields = {}
    for address, payload in truth.items():
        for path, types in fields_of(payload):
            found.setdefault((shape_of(address), path), set()).update(types)
    return found


def draft_fields(document: Mapping[str, Any]) -> Fields:
    found: Fields = {}
    for channel in document["channels"].values():
        address = shape_of(channel["address"])
        for message in channel["messages"].values():
            message = resolved(message, document)
            schema = resolved(message["payload"], document)
            for part in message.get("x-envelope-data", "").split("/")[1:]:
                schema = resolved(schema[part], document)
            for path, types in _walk(schema, document, ""):
                found.setdefault((address, path), set()).update(types)
    return found


def resolved(schema: Any, document: Mapping[str, Any]) -> Any:
    while isinstance(schema, Mapping) and "$ref" in schema:
        node: Any = document
        for part in schema["$ref"][2:].split("/"):
            node = node[part.replace("~1", "/").replace("~0", "~")]
        schema = node
    return schema


def _walk(schema: Any, document: Mapping[str, Any], path: str) -> Iterator[tuple[str, set[str]]]:
    schema = resolved(schema, document)
    if not isinstance(schema, Mapping):
        return
    for word in ("anyOf", "oneOf", "allOf"):
        for option in schema.get(word, ()):
            yield from _walk(option, document, path)
    kinds = schema.get("type", ())
    types = {kinds} if isinstance(kinds, str) else set(kinds)
    types = {"bytes"} if schema.get("format") == "binary" else types - {"null"}
    if types:
        yield path, types
    for name, inner in (schema.get("properties") or {}).items():
        yield from _walk(inner, document, f"{path}.{name}")
    if "items" in schema:
        yield from _walk(schema["items"], document, f"{path}[]")
    if isinstance(schema.get("additionalProperties"), Mapping):
        yield from _walk(schema["additionalProperties"], document, f"{path}{{}}")


def raw_fields(truth: Fields, messages: Iterable[tuple[str, bytes]]) -> Fields:
    """Return the part of the truth of which a value passed that was not null."""
    by_address: dict[str, set[str]] = {}
    addresses = {address for address, _ in truth}
    known: dict[str, str | None] = {}
    for topic, payload in messages:
        if topic not in known:
            known[topic] = next((one for one in addresses if matches(one, topic) and _meant(one, topic, truth)), None)
        address = known[topic]
        if address is not None:
            by_address.setdefault(address, set()).update(_paths(_value(payload)))
    found: Fields = {}
    for (address, path), types in truth.items():
        form = re.compile(re.escape(path).replace(r"\{\}", r"\.[^.\[]+") + r"\Z")
        if any(form.match(raw) for raw in by_address.get(address, ())):
            found[address, path] = types
    return found


def _value(payload: bytes) -> Any:
    try:
        value = json.loads(payload)
    except ValueError:
        return payload
    enveloped = isinstance(value, dict) and "data" in value and "type" in value and {"ts", "specversion"} & value.keys()
    return value["data"] if enveloped else value


def _paths(value: Any, path: str = "") -> Iterator[str]:
    if value is None:
        return
    yield path
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _paths(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from _paths(inner, f"{path}[]")


def compare(document: Mapping[str, Any], truth: Fields, messages: Iterable[tuple[str, bytes]]) -> Compared:
    """Compare a draft with the part of the truth that passed."""
    found, drafted, passed = Compared(), draft_fields(document), raw_fields(truth, messages)
    addresses = {address for address, _ in passed}
    own = {shape_of(channel["address"]) for channel in document["channels"].values()}
    found.addresses = len(addresses)
    found.missed, found.false = sorted(addresses - own), sorted(own - addresses)
    for place, types in sorted(passed.items()):
        seen = drafted.get(place, set())
        if seen and seen <= types:
            found.right += 1
        elif place[0] in own:
            found.wrong.append(
                f"{' '.join(place)}: {'|'.join(sorted(seen)) or 'missing'}, not {'|'.join(sorted(types))}"
            )
    for place in sorted(drafted.keys() - truth.keys()):
        if place[0] in addresses:
            found.wrong.append(f"{' '.join(place)}: no such field")
    return found


def _meant(address: str, topic: str, truth: Fields) -> bool:
    """Return whether no more literal address matches a topic."""
    others = {other for other, _ in truth if other != address and matches(other, topic)}
    return all(other.count("{}") >= address.count("{}") for other in others)


def catalog_fields(folder: Path) -> Fields:
    """Return the fields of a catalog in a folder."""
    document: Any = bundle_catalog(Config((folder,), "true", Path()), Diagnostics())
    return draft_fields(document)
