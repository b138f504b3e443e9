"""What devices really send: values of another kind that a reader understands where the catalog names them.

``x-lenient`` of a field is in the annotation of the field (``Lenient``), that of a message or a document in its
``Topic``. Only JSON that is read is understood so: constructors and writers stay strict.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, cast

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticUseDefault, core_schema
from topicwright.catalog.free_form import records_free_form
from topicwright.catalog.values.conversions import NUMBERS, SOURCES, converters_of, understand
from topicwright.catalog.values.scalars import LEAF, LISTED, OPAQUE, exact_scalar, is_scalar, kind_of, listed_in

LENIENT: Final = "topicwright_lenient"
"""The metadata of a schema that understands more: the names of its leniencies."""
ABSENT: Final[Mapping[str, object]] = {"null-for-absent": None, "empty-text-for-absent": ""}
"""The leniencies of fields that may be absent, and the values that are read as absent."""
_TAKEN: Final[Mapping[str, frozenset[type]]] = {
    "int": NUMBERS,
    "float": NUMBERS,
    "bool": frozenset((bool,)),
    "none": frozenset((type(None),)),
    "list": frozenset((list,)),
    "tuple": frozenset((list,)),
    "dict": frozenset((dict,)),
    **dict.fromkeys(("str", "datetime", "date", "uuid"), frozenset((str,))),
}
"""The classes of the JSON values that a kind of schema takes; those of any other may be all."""
_DEEPEST: Final = 10
"""At most this many references after each other are followed."""
_EVERY: Final = frozenset[type]((int, float, bool, type(None), list, dict, str))
Node = Mapping[str, Any]


class Lenient:
    """Annotates the type of a field: its reader understands more than the schema allows."""

    __slots__ = ("names",)

    def __init__(self, *names: str) -> None:
        self.names = frozenset(names)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the schema with the scalars that understand more; a class in it is as strict as before."""
        schema: CoreSchema = _Reader({}, into_models=False).lenient(handler(source), self.names)
        return schema


def lenient(schema: Node, names: Set[str]) -> Any:
    """Return the pydantic schema of a payload whose scalars understand more, an envelope around it left as it is."""
    definitions: Sequence[Node] = schema["definitions"] if schema["type"] == "definitions" else ()
    return _Reader({one["ref"]: one for one in definitions}, into_models=True).lenient(schema, names)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Makes schemas lenient."""

    definitions: Mapping[str, Node]
    """By their names. Of the type of a field they are not known yet; then the compiler has looked."""
    into_models: bool

    def lenient(self, schema: Any, names: Set[str]) -> Any:
        if isinstance(schema, (list, tuple)):
            items = [self.lenient(item, names) for item in cast("Sequence[Any]", schema)]
            return items if isinstance(schema, list) else tuple(items)
        if not isinstance(schema, dict):
            return schema
        node = cast("dict[str, Any]", schema)
        kind = node.get("type")
        if not isinstance(kind, str):
            return {key: self.lenient(value, names) for key, value in node.items()}
        if is_scalar(node) or exact_scalar(node) is not node or kind == "literal":
            return _scalar(node, names)
        if records_free_form(node) or (kind == "model" and not self.into_models):
            return node
        if kind == "dataclass-field" and node["name"] != "data":
            return node
        if kind == "union":
            return {**node, "choices": list(self._choices(node["choices"], names))}
        inner = {key: value if key in OPAQUE else self.lenient(value, names) for key, value in node.items()}
        if kind == "model-fields":
            inner["fields"] = {name: self._field(field, names) for name, field in inner["fields"].items()}
        return inner

    def _choices(self, choices: Sequence[Any], names: Set[str]) -> Iterator[Any]:
        """Yield the alternatives of a union: a value that one of them takes is understood by no other one."""
        for at, choice in enumerate(choices):
            others = [other for index, other in enumerate(choices) if index != at]
            taken = frozenset[type]().union(*map(self._takes, others))
            yield self.lenient(choice, {name for name in names if not taken & SOURCES.get(name, frozenset[type]())})

    def _field(self, field: Any, names: Set[str]) -> Any:
        """Return a field that also takes as absent what ``names`` say, where it has no such value itself."""
        inner = field["schema"]
        if inner["type"] != "default":
            return field
        values = {"null-for-absent": type(None) in self._takes(inner["schema"])}
        values["empty-text-for-absent"] = self._takes_empty_text(inner["schema"])
        return may_be_absent(field, {name for name in names if not values.get(name)})

    def _takes(self, schema: Any, depth: int = 0) -> frozenset[type]:
        """Return the classes of the JSON values that a schema may take."""
        node = cast("Node", schema[0] if isinstance(schema, tuple) else schema)
        kind = kind_of(node)
        if kind == "definition-ref":
            target = self.definitions.get(node["schema_ref"]) if depth < _DEEPEST else None
            return frozenset() if target is None else self._takes(target, depth + 1)
        if kind == "literal":
            return frozenset[type]().union(*map(_class_of, listed_in(node)))
        if kind in ("function-before", "function-after"):
            return self._takes(node["schema"], depth)
        if kind == "nullable":
            return self._takes(node["schema"], depth) | {type(None)}
        if kind == "union":
            return frozenset[type]().union(*(self._takes(choice, depth) for choice in node["choices"]))
        if kind == "model":
            return self._takes(node["schema"], depth) if node.get("root_model") else frozenset((dict,))
        return _TAKEN.get(kind, _EVERY)

    def _takes_empty_text(self, schema: Node) -> bool:
        """Return whether the empty text may be a value of a schema."""
        if kind_of(schema) in ("datetime", "date", "uuid"):
            return False
        return "" in listed_in(schema) if kind_of(schema) == "literal" else str in self._takes(schema)


def _class_of(value: object) -> frozenset[type]:
    return NUMBERS if value.__class__ is int else frozenset((value.__class__,))


def _scalar(node: Node, names: Set[str]) -> Any:
    """Return a scalar that understands more, with what it understands already."""
    known: Set[str] = cast("Node", node.get("metadata") or {}).get(LENIENT, frozenset())
    strict: Any = node["python_schema"] if known else node if is_scalar(node) else exact_scalar(node)
    kind, listed = kind_of(strict), listed_in(strict)
    converters = converters_of(kind, known | names, listed)
    if not converters:
        return strict
    read = core_schema.no_info_before_validator_function(partial(understand, converters), strict)
    schema: Any = core_schema.json_or_python_schema(read, strict)
    metadata = {LEAF: kind, LISTED: listed, LENIENT: frozenset(known | names)}
    more: Node = {"serialization": strict["serialization"]} if "serialization" in strict else {}
    return {**schema, **more, "metadata": metadata}


def may_be_absent(field: Any, names: Set[str]) -> Any:
    """Return a field of a model that also takes as absent what ``names`` say; a required one has nothing to take."""
    inner = field["schema"]
    absent = [value for name, value in ABSENT.items() if name in names]
    if inner["type"] != "default" or not absent:
        return field
    read: Any = core_schema.no_info_before_validator_function(partial(_unless_absent, absent), inner["schema"])
    marked = {**read, "metadata": {LENIENT: frozenset(name for name in names if name in ABSENT)}}
    return {**field, "schema": {**inner, "schema": marked}}


def _unless_absent(absent: Sequence[object], value: Any) -> Any:
    if (value is None or value.__class__ is str) and value in absent:
        raise PydanticUseDefault
    return value


def leniencies(schema: object) -> frozenset[str]:
    """Return the names of everything that a pydantic schema understands beside what it allows."""
    if isinstance(schema, Mapping):
        node = cast("Mapping[str, Any]", schema)
        own: frozenset[str] = cast("Node", node.get("metadata") or {}).get(LENIENT, frozenset())
        return own.union(*map(leniencies, node.values()))
    if isinstance(schema, (list, tuple)):
        return frozenset[str]().union(*map(leniencies, cast("Sequence[object]", schema)))
    return frozenset()


def understood(received: Any, read: Any, names: Set[str]) -> Any:
    """Return JSON that was received with what was understood of it: the JSON of the model that was read.

    What the model dropped, such as unknown fields, is in it; what was read as absent is not.
    """
    kinds = received.__class__, read.__class__
    if kinds == (list, list) and len(received) == len(read):
        return [understood(one, other, names) for one, other in zip(received, read, strict=True)]
    if kinds != (dict, dict):
        return read
    absent = [value for name, value in ABSENT.items() if name in names]
    return {
        key: understood(value, read[key], names) if key in read else value
        for key, value in received.items()
        if key in read or value not in absent
    }
