"""A shape as a JSON Schema, with comments for what the shape does not prove."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from topicwright_codegen.diagnostics.texts import counted
from topicwright_codegen.infer.drafting import comments
from topicwright_codegen.infer.drafting.nodes import Node, behind, in_one_line, mapping, sequence
from topicwright_codegen.infer.payloads.shape import Shape, Texts

ALWAYS_NULL: Final = "always null: its type cannot be seen"
_FEW: Final = 5
"""Messages below which a schema is a guess."""
_MOST_ENUM: Final = 12
_REPEATS: Final = 3
_ORDER: Final = ("object", "array", "string", "boolean", "integer", "number")
_NO_ENUM: Final = frozenset(
    (
        "id",
        "uuid",
        "name",
        "user",
        "username",
        "email",
        "owner",
        "person",
        "host",
        "hostname",
        "ip",
        "mac",
        "token",
        "key",
        "secret",
        "password",
        "serial",
        "title",
        "text",
        "message",
        "description",
        "comment",
        "note",
        "label",
        "lang",
        "language",
        "version",
        "url",
        "uri",
        "path",
        "file",
        "topic",
        "address",
        "city",
        "street",
        "country",
    )
)
"""Last words of fields whose values are data of people or machines, not names of a protocol."""


@dataclass(slots=True)
class Writer:
    """Makes schemas."""

    examples: bool = False
    """Whether values that were heard are written as examples."""
    parameter_values: frozenset[str] = frozenset()
    """The values of parameters of topics: an object whose keys are among them is a map."""

    def schema(self, shape: Shape, name: str = "", told: tuple[str, str] | None = None) -> Node:
        """Return the schema of a shape.

        Args:
            shape: the shape.
            name: of the field that has it.
            told: a field of the shape, and the constant that it has.
        """
        out = mapping()
        kinds = [kind for kind in _ORDER if kind in shape.kinds]
        if not kinds:
            if shape.nulls:
                _remark(out, ALWAYS_NULL)
            elif shape.capped:
                _remark(out, "nested too deeply to be described")
            return out
        if len(kinds) > 1 and {"object", "array"} & set(kinds):
            options = sequence([self._one(shape, kind, name) for kind in kinds])
            if shape.nulls:
                options.append(mapping(type="null"))
            out["anyOf"] = options
            return out
        if len(kinds) == 1:
            out = self._one(shape, kinds[0], name, told)
        else:
            out["type"] = sequence(kinds)
            in_one_line(out["type"])
            _remark(out, f"{len(kinds)} types: {_shares(shape)}")
        if shape.nulls:
            types = [out["type"]] if isinstance(out["type"], str) else list(out["type"])
            out["type"] = sequence([*types, "null"])
            in_one_line(out["type"])
            if "enum" in out:
                out["enum"].append(None)
        if self.examples and shape.examples and "enum" not in out:
            out["examples"] = sequence(one for one in shape.examples if not isinstance(one, str) or one.isprintable())
        return flat(out)

    def _one(self, shape: Shape, kind: str, name: str, told: tuple[str, str] | None = None) -> Node:
        if kind == "object":
            return self._object(shape, told)
        out = mapping(type=kind)
        if kind == "array":
            if shape.items is not None and shape.items.total:
                out["items"] = self.schema(shape.items, name)
            else:
                out["items"] = mapping()
                _remark(out, "always empty: its items cannot be seen")
        elif kind == "string" and shape.texts is not None:
            _describe_texts(out, shape.texts, name)
        elif kind in ("integer", "number"):
            since = comments.time_of(shape.lowest, shape.highest)
            unit = f"{since} since 1970" if since else comments.unit_of(name)
            if unit:
                _remark(out, f"unit: {unit}? then say x-unit")
        return out

    def _object(self, shape: Shape, told: tuple[str, str] | None) -> Node:
        out = mapping(type="object")
        fields = dict(shape.fields)
        required = [name for name, inner in fields.items() if inner.total == shape.objects]
        if _is_map(shape) or (len(fields) > 1 and fields.keys() <= self.parameter_values):
            values = shape.others or Shape()
            for inner in fields.values():
                _merge(values, inner)
            out["additionalProperties"] = self.schema(values)
            _remark(out, f"a map: its keys are data ({shape.keys_are_data or len(fields)} seen)")
            return out
        if required:
            out["required"] = sequence(required)
            if len(required) < 8 and sum(map(len, required)) < 80:
                in_one_line(out["required"])
        if fields:
            properties = out["properties"] = mapping()
            for name, inner in fields.items():
                if told is not None and name == told[0]:
                    properties[name] = flat(mapping(type="string", const=told[1]))
                else:
                    properties[name] = self.schema(inner, name)
                    note_questions(properties, name, properties[name])
        if shape.others is not None:
            out["additionalProperties"] = self.schema(shape.others)
            _remark(out, "keys that are data, beside fields")
        elif not fields:
            out["additionalProperties"] = True
            _remark(out, "nested too deeply to be described" if shape.capped else "always empty")
        if (alike := _alike_fields(shape)) > 2:
            _remark(out, f"a map? {alike} of its fields are objects with the same fields")
        if shape.objects < _FEW and required:
            _remark(out, f"seen {counted(shape.objects, 'time')}: what is required is a guess")
        return out


def seen_in(schema: Mapping[str, Any]) -> list[str] | None:
    """Return the texts that a schema of texts is made of; None where they are many, or no names."""
    return cast("list[str] | None", getattr(schema, "seen", None))


def _describe_texts(out: Node, texts: Texts, name: str) -> None:
    out.seen = None if texts.values is None else sorted(texts.values)
    if texts.format:
        out["format"] = texts.format
    elif texts.local_time:
        _remark(out, "a time without a zone, so no date-time")
    elif names := names_of(texts, name):
        out["enum"] = sequence(names)
        if sum(map(len, names)) < 80:
            in_one_line(out["enum"])
        _remark(out, f"{len(names)} values in {texts.total} texts, none new in the second half: are these all?")


def names_of(texts: Texts, name: str) -> list[str]:
    """Return the values of an enum; none where the texts are not clearly names of a protocol.

    They are, if they have the form of names, are few, each repeats, and none was new in the second half of the texts.
    """
    values = texts.values
    if not values or len(values) < 2 or len(values) > _MOST_ENUM or "" in values:
        return []
    last = [part for part in name.replace("-", "_").lower().split("_") if part]
    if last and (last[-1] in _NO_ENUM or name.lower() in _NO_ENUM or last[-1].endswith(("id", "name"))):
        return []
    settled = texts.total >= _REPEATS * len(values) and texts.last_new <= texts.total / 2
    return sorted(values) if settled and min(values.values()) > 1 else []


def _is_map(shape: Shape) -> bool:
    """Return whether the keys of objects are data: by their form, or because there are many and each object has few."""
    fields = shape.fields
    if shape.others is not None and not any(inner.total == shape.objects for inner in fields.values()):
        return True
    if len(fields) < 4 or shape.objects < 2:
        return False
    inner = list(fields.values())
    alike = all(
        one.kinds == inner[0].kinds == frozenset({"object"}) and one.fields.keys() == inner[0].fields.keys()
        for one in inner
    )
    return alike and not any(one.total == shape.objects for one in inner)


def _alike_fields(shape: Shape) -> int:
    """Return how many fields are objects with the same fields, two or more."""
    forms = Counter(
        frozenset(inner.fields)
        for inner in shape.fields.values()
        if inner.kinds == frozenset({"object"}) and len(inner.fields) > 1
    )
    return max(forms.values(), default=0)


def _merge(into: Shape, other: Shape) -> None:
    """Add what was seen of one shape to another."""
    into.total += other.total
    into.nulls += other.nulls
    into.booleans += other.booleans
    into.integers += other.integers
    into.numbers += other.numbers
    into.objects += other.objects
    into.arrays += other.arrays
    into.lowest, into.highest = min(into.lowest, other.lowest), max(into.highest, other.highest)
    into.capped = into.capped or other.capped
    if other.texts is not None:
        into.texts = into.texts or Texts()
        into.texts.total += other.texts.total
        into.texts.formats &= other.texts.formats
        into.texts.local_time = into.texts.local_time and other.texts.local_time
        into.texts.values = None
    for name, inner in other.fields.items():
        _merge(into.fields.setdefault(name, Shape()), inner)
    if other.items is not None:
        into.items = into.items or Shape()
        _merge(into.items, other.items)
    if other.others is not None:
        into.others = into.others or Shape()
        _merge(into.others, other.others)


def _shares(shape: Shape) -> str:
    counts = {
        "string": shape.texts.total if shape.texts else 0,
        "boolean": shape.booleans,
        "integer": shape.integers,
        "number": shape.numbers,
    }
    return ", ".join(f"{kind} {number}" for kind, number in counts.items() if number)


def _remark(out: Node, text: str) -> None:
    """Keep a comment with a schema, until it is known where the schema is written."""
    out.remark = f"{existing}; {text}" if (existing := remark_of(out)) else text


def remark_of(out: Mapping[str, Any]) -> str:
    """Return the comment of a schema; empty for none."""
    return cast("str", getattr(out, "remark", ""))


def flat(schema: Node) -> Node:
    """Return a schema, written on one line if it is short."""
    nested = any(isinstance(value, dict) for value in schema.values())
    if not nested and len(str(dict(schema))) < 100:
        in_one_line(schema)
    return schema


def note_questions(parent: Node, key: str, schema: Node) -> None:
    """Write the comment of a schema behind the key that it has."""
    if remark_of(schema):
        behind(parent, key, remark_of(schema))


def scalar_text(shape: Shape, name: str, examples: bool) -> Node:
    """Return the schema of payloads that are the text of one value (``text/plain``): of one type, or of any text."""
    kinds = shape.kinds
    if len(kinds) == 1:
        return Writer(examples).schema(shape, name)
    out = mapping(type="string")
    if kinds:
        _remark(out, f"texts of {len(kinds)} types: {_shares(shape)}")
    return out
