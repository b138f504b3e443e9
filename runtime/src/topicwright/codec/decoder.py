"""Decodes the bytes of a message to its event with a single validation."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Annotated, Any, Final, Generic, cast

import orjson
from pydantic import GetCoreSchemaHandler, TypeAdapter, ValidationError
from pydantic_core import CoreSchema, SchemaValidator, core_schema, from_json, to_jsonable_python
from topicwright.catalog.event import Event, make_event
from topicwright.catalog.factories import new_id, now
from topicwright.catalog.free_form import FreeForm, records_free_form
from topicwright.catalog.json_schema import JsonSchema, schema_of
from topicwright.catalog.problems import describe
from topicwright.catalog.topic import NoHeaders, T, Topic, Wire
from topicwright.catalog.values.lenient import leniencies, lenient, understood
from topicwright.catalog.values.scalars import OPAQUE
from topicwright.codec import cloudevents
from topicwright.codec.json_writer import dump
from topicwright.codec.plain_text import is_text, reading_text
from topicwright.errors import DecodeError, EncodeError
from topicwright.mqtt.message import Incoming

NO_HEADERS: Final = NoHeaders()
DECODED_FIELDS: Final = frozenset(("id", "type", "ts", "source", "data", "headers", "reply"))
"""The fields of an event that the decoder sets."""


class Decoder(Generic[T]):
    """Decodes the messages of one topic in one pass, ignoring unknown fields."""

    __slots__ = ("_extra", "_finish", "_free", "_judge", "_silent", "_validate", "topic")

    def __init__(self, topic: Topic[T, Any, Any]) -> None:
        self.topic = topic
        self._validate, is_open, self._silent = _validation(
            cast(Hashable, topic.model), topic.wire, frozenset(topic.lenient)
        )
        if is_text(topic):
            self._validate, self._silent = reading_text(self._validate), False
        # The argument ``extra`` of pydantic overrides every model, so "ignore" would empty the open ones.
        self._extra: Any = "allow" if is_open else "ignore"
        self._free = FreeForm()
        bare = topic.wire == "none" or topic.model is bytes
        self._judge = _judge_of(topic)
        self._finish = partial(_bare, topic) if bare else _known if is_open else None

    def read(self, delivery: Incoming) -> Event[T, Any, Any]:
        """Return the result of ``decode``, and the same event again for a retry."""
        if delivery.decoder is self:
            return cast("Event[T, Any, Any]", delivery.event)
        event = self.decode(delivery)
        delivery.decoder, delivery.event = self, event
        return event

    def decode(self, delivery: Incoming) -> Event[T, Any, Any]:
        """Return a message as an event without its topic and its parameters.

        Raises:
            DecodeError: it does not match the catalog, or it is larger than ``max_payload``.
        """
        if delivery.too_large:
            raise too_large(delivery, self.topic.event_type)
        self._free.seen = False
        try:
            event: Any = self._validate(delivery.payload, extra=self._extra, context=self._free)
            if self._silent or self._free.seen:
                orjson.loads(delivery.payload)  # pydantic accepts NaN, Infinity and 1e400 without a schema
            problems = None if self._judge is None else self._judge(delivery.payload, event)
            if self._finish is not None:
                event = self._finish(event)
        except ValidationError as error:
            problems = describe(error)
        except ValueError as error:
            problems = [f"not JSON: {error}"]
        except OverflowError as error:  # a number or a time that Python's type does not hold
            problems = [f"payload: {error}"]
        else:
            if not problems:
                return cast("Event[T, Any, Any]", event)
        raise DecodeError(delivery.topic, self.topic.event_type, problems)


def too_large(delivery: Incoming, event_type: str = "") -> DecodeError:
    """Return the error of a message above ``max_payload``."""
    problem = f"payload of {len(delivery.payload)} bytes exceeds max_payload of {delivery.too_large}"
    return DecodeError(delivery.topic, event_type, [problem])


@lru_cache(1024)
def _validation(model: Hashable, wire: Wire, names: frozenset[str]) -> tuple[Callable[..., Any], bool, bool]:
    """Return the validator of the messages of a payload model, shared by all its handlers.

    And whether a model in it is open, and whether it may contain free-form values that are not recorded.
    """
    if model is bytes:
        return _as_it_is, False, False
    kind: Any = model
    if wire != "none":
        kind = Annotated[kind, _AsEvent(wire)]
    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    schema = adapter.core_schema
    is_open = _contains(schema, "extra_fields_behavior", "allow")
    validator: Any = adapter.validator
    if names:  # the validators that the models have are strict
        validator = SchemaValidator(lenient(dict(schema), names), _use_prebuilt=False)
    return validator.validate_json, is_open, _has_silent_any(schema)


@lru_cache(1024)
def _leniencies(model: Hashable, names: frozenset[str]) -> frozenset[str]:
    """Return what the reader of a payload model understands beside what its schema allows."""
    return names | leniencies(TypeAdapter[Any](cast("Any", model)).core_schema)


def _judge_of(topic: Topic[Any, Any, Any]) -> Callable[[bytes, Any], list[str]] | None:
    """Return what checks a payload, and what was read of it, against its schema; None where its type says all."""
    schema = schema_of(topic.model)
    if schema is None:
        return None
    names = _leniencies(cast(Hashable, topic.model), frozenset(topic.lenient))
    return partial(_judged, schema, topic) if not names else partial(_judged_leniently, schema, topic, names)


def _judged(schema: JsonSchema, topic: Topic[Any, Any, Any], payload: bytes, read: Any) -> list[str]:
    """Return what the JSON of a payload violates, as it was received: nothing is dropped and nothing filled in."""
    if is_text(topic):
        return schema.problems(to_jsonable_python(read))
    value = from_json(payload, allow_inf_nan=False)
    return schema.problems(value if topic.wire == "none" else value["data"])


def _judged_leniently(
    schema: JsonSchema, topic: Topic[Any, Any, Any], names: frozenset[str], payload: bytes, read: Any
) -> list[str]:
    """Return what a payload violates as it was understood."""
    if is_text(topic):
        return schema.problems(to_jsonable_python(read))
    value = from_json(payload, allow_inf_nan=False)
    received, data = (value, read) if topic.wire == "none" else (value["data"], read.data)
    try:
        return schema.problems(understood(received, from_json(dump(data)), names))
    except EncodeError as error:  # a free-form value without a JSON form
        return [f"payload: {error}"]


def _as_it_is(payload: bytes, **options: object) -> bytes:
    """Stand in for the validation of a payload that is not JSON."""
    return payload


def _bare(topic: Topic[Any, Any, Any], value: Any) -> Event[Any, Any, Any]:
    return make_event(id="", type=topic.event_type, ts=now(), source="", data=value, headers=NO_HEADERS, reply=None)


def _known(event: Event[Any, Any, Any]) -> Event[Any, Any, Any]:
    """Remove unknown fields that "allow" has let into the event itself, which is not open."""
    fields = event.__dict__
    for name in fields.keys() - DECODED_FIELDS:
        del fields[name]
    return event


class _AsEvent:
    """Annotates the type of a payload: the JSON is an envelope with such a payload, and is decoded to an event."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the schema of an event whose fields come from the envelope, and from nothing else outside."""
        fields = (cloudevents.fields_of if self._wire == "cloudevents" else _tars)(handler(source))
        headers = core_schema.with_default_schema(core_schema.is_instance_schema(NoHeaders), default=NO_HEADERS)
        reply = core_schema.with_default_schema(core_schema.none_schema(), default=None)
        fields.append(core_schema.dataclass_field("headers", headers, init=False))
        fields.append(core_schema.dataclass_field("reply", reply, init=False))
        names = [field["name"] for field in fields if not field.get("init_only")]
        return core_schema.dataclass_schema(Event, core_schema.dataclass_args_schema("Event", fields), names)


def _tars(data: CoreSchema) -> list[core_schema.DataclassField]:
    """Return the fields of the envelope of ``tars``; some have defaults, since hand-written peers omit them."""
    text, time = core_schema.str_schema(), core_schema.float_schema(allow_inf_nan=False)
    return [
        core_schema.dataclass_field("id", core_schema.with_default_schema(text, default_factory=new_id)),
        core_schema.dataclass_field("type", text),
        core_schema.dataclass_field("ts", core_schema.with_default_schema(time, default_factory=now)),
        core_schema.dataclass_field("source", core_schema.with_default_schema(text, default="")),
        core_schema.dataclass_field("data", data),
    ]


def _has_silent_any(schema: object) -> bool:
    """Return whether the schema accepts a free-form value without recording it: in a model that is not generated."""
    if isinstance(schema, Mapping):
        node = cast("Mapping[str, object]", schema)
        inner = (value for key, value in node.items() if key not in OPAQUE)
        return not records_free_form(node) and (node.get("type") == "any" or any(map(_has_silent_any, inner)))
    return isinstance(schema, (list, tuple)) and any(map(_has_silent_any, cast("Sequence[object]", schema)))


def _contains(schema: object, key: str, value: str) -> bool:
    if isinstance(schema, Mapping):
        items = cast("Mapping[str, object]", schema)
        return items.get(key) == value or any(_contains(item, key, value) for item in items.values())
    if isinstance(schema, (list, tuple)):
        return any(_contains(item, key, value) for item in cast("Sequence[object]", schema))
    return False
