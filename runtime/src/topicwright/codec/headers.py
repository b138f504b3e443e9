"""Typed headers, sent as MQTT 5 user properties (section 3.3.2.3.7), which are pairs of strings.

A string is sent as it is, and any other value as JSON; see ``codec.field_text``.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from functools import lru_cache
from typing import Any, Final, TypeAlias, cast

import orjson
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import from_json
from topicwright.catalog.json_schema import schema_of
from topicwright.catalog.problems import describe
from topicwright.catalog.topic import H, NoHeaders, Topic
from topicwright.catalog.values.lenient import leniencies, understood
from topicwright.codec.field_text import ANYTHING, FieldText, IdField, id_field, properties_of
from topicwright.codec.json_writer import dump
from topicwright.errors import DecodeError, EncodeError

User: TypeAlias = tuple[tuple[str, str], ...]
MAX_TEXT: Final = 65_535
"""The longest string of MQTT, in bytes (MQTT 5, section 1.5.4)."""
_NONE: Final[Mapping[str, str]] = {}
UNTYPED: Final = FieldText(ANYTHING, {})


class HeadersError(ValueError):
    """The user properties of a message are not the headers of a class."""

    def __init__(self, problems: Sequence[str], names: Set[str]) -> None:
        self.problems = [f"header {problem}" for problem in problems]
        super().__init__("; ".join(self.problems))
        self.names = names
        """The headers whose values have the wrong type."""


class HeaderFields:
    """Between the headers of one class and user properties."""

    def __init__(self, kind: type[Any]) -> None:
        self.kind = kind
        self._schema = schema_of(kind)
        self._adapter: TypeAdapter[Any] = TypeAdapter(kind)
        self.fields, self._others = properties_of(self._adapter)
        self._names = _names(kind)
        self._refuse_null_of_omittable()
        self._lenient = leniencies(self._adapter.core_schema)
        self._extra: Any = "ignore" if self._others is None and not _has_open(self._adapter.core_schema) else "allow"

    def _refuse_null_of_omittable(self) -> None:
        """Read no null for a field that is left out instead."""
        for name, wire in self._names.items():
            field = self.fields.get(wire)
            if field is not None and self.kind.model_fields[name].exclude_if is not None:
                self.fields[wire] = FieldText(field.kinds - {"null"}, field.schema)

    def write(self, headers: object, own: Mapping[str, str] = _NONE) -> dict[str, str]:
        """Return the text of each header, and of those that the runtime makes: ``own`` replaces the others.

        Raises:
            EncodeError: JSON cannot express a value, or it violates the schema of the headers.
        """
        values: dict[str, Any] = from_json(dump(headers))
        fields, others = self.fields, self._others or UNTYPED
        if self._schema is not None:
            made = {name: from_json(fields.get(name, others).json(text)) for name, text in own.items()}
            if problems := self._judge({**values, **made}):
                raise EncodeError(f"{self.kind.__name__} violates its schema: {'; '.join(problems)}")
        return {**{name: fields.get(name, others).text(value) for name, value in values.items()}, **own}

    def read(self, texts: Mapping[str, str]) -> Any:
        """Return the headers.

        Raises:
            HeadersError: they do not match the class or its schema.
        """
        fields, others = self.fields, self._others
        known = ((name, text, fields.get(name, others)) for name, text in texts.items())
        parts = {name: field.json(text) for name, text, field in known if field is not None}
        try:
            return self._read(parts)
        except HeadersError as error:
            as_text = {name: orjson.dumps(texts[name]) for name in error.names & parts.keys() if self._takes_text(name)}
            if all(parts[name] == text for name, text in as_text.items()):
                raise
            return self._read(parts | as_text)

    def _read(self, parts: Mapping[str, bytes]) -> Any:
        document = b"{%b}" % b",".join([orjson.dumps(name) + b":" + raw for name, raw in parts.items()])
        try:
            headers = self._adapter.validator.validate_json(document, extra=self._extra)
        except ValidationError as error:
            names = {str(item["loc"][0]) for item in error.errors(include_url=False) if item["loc"]}
            raise HeadersError(describe(error), names) from None
        except OverflowError as error:  # a number or a time that Python's type does not hold
            raise HeadersError([str(error)], set()) from None
        if self._schema is not None:
            texts = from_json(document)
            meant = understood(texts, from_json(dump(headers)), self._lenient) if self._lenient else texts
            if problems := self._judge(meant):
                raise HeadersError(problems, set())
        return headers

    def _judge(self, values: Mapping[str, Any]) -> list[str]:
        return [] if self._schema is None else self._schema.problems(values)

    def _takes_text(self, name: str) -> bool:
        return "string" in (self.fields.get(name) or self._others or UNTYPED).kinds

    def text_of(self, headers: object, wire: str) -> str | None:
        """Return the text of one header; None where it is absent."""
        return self.write(headers).get(wire) if isinstance(headers, self.kind) else None

    def id_field(self, wire: str) -> IdField | None:
        """Return the header that has the correlation id; None where the class does not name it."""
        name = next((name for name, other in self._names.items() if other == wire), None)
        return None if name is None else id_field(cast("Hashable", self.kind), name)


def _names(kind: type[Any]) -> dict[str, str]:
    """Return the names of a model's fields in JSON by those in Python."""
    fields = kind.model_fields if issubclass(kind, BaseModel) else {}
    return {name: info.serialization_alias or info.alias or name for name, info in fields.items()}


def _has_open(schema: object) -> bool:
    """Return whether a part of a pydantic schema keeps unknown fields."""
    if isinstance(schema, Mapping):
        items = cast("Mapping[str, object]", schema)
        return items.get("extra_fields_behavior") == "allow" or any(map(_has_open, items.values()))
    return isinstance(schema, (list, tuple)) and any(map(_has_open, cast("Iterable[object]", schema)))


@lru_cache(1024)
def _fields(kind: Hashable) -> HeaderFields:
    return HeaderFields(cast("type[Any]", kind))


def header_fields(topic: Topic[Any, Any, Any]) -> HeaderFields:
    """Return the fields of the headers of a topic, made once."""
    return _fields(cast("Hashable", topic.headers))


def encode_headers(topic: Topic[Any, Any, Any], headers: object, correlation_id: str | None = None) -> User:
    """Return the user properties of a message of ``topic``, with its correlation id where a header has it.

    ``headers`` None stands for those that the class makes without arguments.

    Raises:
        TypeError: ``headers`` is not of the topic's class.
        EncodeError: a required header is missing, or a value cannot be sent.
    """
    name = topic.correlation_header
    own = {} if name is None or not correlation_id else {name: correlation_id}
    if topic.headers is NoHeaders:
        if headers is not None and not isinstance(headers, NoHeaders):
            raise TypeError(f"{topic.event_type} has no headers, and takes no {type(headers).__name__}")
        texts = own
    else:
        fields = header_fields(topic)
        if headers is None:
            headers = _without_arguments(topic, fields, own)
        if not isinstance(headers, topic.headers):
            kind = type(headers).__name__
            raise TypeError(f"the headers of {topic.event_type} are {topic.headers.__name__}, not {kind}")
        texts = fields.write(headers, own)
    for item, text in texts.items():
        _check_text(topic, item, item)
        _check_text(topic, item, text)
    return tuple(texts.items())


def _without_arguments(topic: Topic[Any, Any, Any], fields: HeaderFields, own: Mapping[str, str]) -> object:
    try:
        return fields.read(own)
    except HeadersError as error:
        raise EncodeError(f"{topic.event_type} needs headers ({topic.headers.__name__}): {error}") from None


def _check_text(topic: Topic[Any, Any, Any], name: str, text: str) -> None:
    """Refuse what no string of MQTT may have (MQTT 5, section 1.5.4): a broker closes the connection for it."""
    if text.isascii() and "\0" not in text and len(text) <= MAX_TEXT:
        return
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise EncodeError(f"header {name!a} of {topic.event_type} is not valid Unicode") from None
    if "\0" in text:
        raise EncodeError(f"header {name!r} of {topic.event_type} contains U+0000, which MQTT does not allow")
    if size > MAX_TEXT:
        raise EncodeError(f"header {name[:80]!r} of {topic.event_type} has {size} bytes: MQTT allows {MAX_TEXT}")


def decode_headers(topic: Topic[Any, Any, H], name: str, user: User) -> H:
    """Return the typed headers in the user properties of a message that arrived on ``name``.

    Raises:
        DecodeError: they do not match the catalog.
    """
    if topic.headers is NoHeaders:
        return topic.headers()
    try:
        headers: H = header_fields(topic).read(dict(user))
    except HeadersError as error:
        raise DecodeError(name, topic.event_type, error.problems) from None
    return headers
