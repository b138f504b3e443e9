"""What a ``Topic`` of hand-written code leaves out, and what no message can have: told where it is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import make_dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, Final, get_origin

from pydantic import BaseModel, PydanticUserError, TypeAdapter
from pydantic.errors import PydanticUndefinedAnnotation
from topicwright.errors import DescriptorError, TopicError
from topicwright.mqtt.levels import PLACEHOLDER
from topicwright.mqtt.topic_filters import check_filter

SCALARS: Final = (str, int, float, bool)
"""Without an envelope their payload is a text: ``ON``, ``21.5``, ``true``."""
ENVELOPES: Final = ("tars", "cloudevents", "none")
LONGEST_EXPIRY: Final = 0xFFFFFFFF
"""The largest message expiry interval, in seconds (MQTT 5, section 3.3.2.3.3: a four byte integer)."""
_BRACES: Final = re.compile(r"[{}]")


def complete(topic: Any, no_params: type[Any]) -> None:
    """Complete what a new ``Topic`` leaves out; ``no_params`` is the class of none.

    Raises:
        DescriptorError: no message can have this.
    """
    fill = object.__setattr__  # it is frozen
    if topic.model is None and not isinstance(topic.event_type, str):  # Topic(address, model)
        fill(topic, "model", topic.event_type)
        fill(topic, "event_type", "")
    label = f"Topic({topic.address!r})"
    if topic.model is None:
        raise DescriptorError(f"{label}: the class of its payload is missing: Topic(address, model)")
    names = () if topic.address is None else check_address(topic.address, label)
    if not topic.event_type:
        fill(topic, "event_type", event_type_of(topic.address or ""))
    if topic.params is not no_params or not names:
        check_params(topic.params, names, label)
    else:
        fill(topic, "params", text_params(names))
    check_model(topic.model, label)
    check_delivery(topic.wire, topic.qos, topic.expiry, label)
    if not topic.content_type:
        fill(topic, "content_type", default_content_type(topic.model, topic.wire))


def event_type_of(address: str) -> str:
    """Return the event type of a topic that names none: the literal levels of its address, with dots between."""
    levels = [PLACEHOLDER.sub("", level).strip("-_.") for level in address.split("/") if level not in ("+", "#")]
    return ".".join(level for level in levels if level) or "message"


def default_content_type(model: Any, wire: str) -> str:
    """Return the content type of a topic that names none."""
    return "text/plain" if wire == "none" and model in SCALARS else "application/json"


@lru_cache(1024)
def text_params(names: tuple[str, ...]) -> type[Any]:
    """Return a class of parameters that are any text, for an address whose topic names no class."""
    return make_dataclass("Params", [(name, str) for name in names], frozen=True, slots=True)


def fields_of(params: type[Any]) -> Sequence[str] | None:
    """Return the names of the fields of a class of parameters; None where it does not say."""
    for attribute in ("__dataclass_fields__", "__pydantic_fields__", "_fields"):
        fields = getattr(params, attribute, None)
        if fields is not None:
            return tuple(fields)
    return None


def check_address(address: str, label: str) -> tuple[str, ...]:
    """Return the names of the parameters of an address, each once.

    Raises:
        DescriptorError: no topic can have this address.
    """
    names = tuple(dict.fromkeys(PLACEHOLDER.findall(address))) if "{" in address else ()
    if names and not all(map(str.isidentifier, names)):
        wrong = next(name for name in names if not name.isidentifier())
        raise DescriptorError(f"{label}: the parameter {wrong!r} is no name of Python, as a field of params= must be")
    rest = PLACEHOLDER.sub("x", address) if names else address
    if _BRACES.search(rest):
        raise DescriptorError(f"{label}: a parameter is a name in braces, such as {{robot}}, within one level")
    try:
        check_filter(rest)
    except TopicError as error:
        raise DescriptorError(f"{label}: {error}") from None
    return names


def check_params(params: Any, names: tuple[str, ...], label: str) -> None:
    """Compare the fields of a class of parameters with those of the address.

    Raises:
        DescriptorError: one is missing or one is too much.
    """
    if not isinstance(params, type):
        raise DescriptorError(f"{label}: params= takes a class, not {type(params).__name__}: a dataclass, for example")
    fields = fields_of(params)
    if fields is None:
        raise DescriptorError(f"{label}: params={params.__name__} has no fields: make it a dataclass or a model")
    for name in names:
        if name not in fields:
            raise DescriptorError(f"{label}: params={params.__name__} has no field {name!r}: it has {list(fields)}")
    for name in fields:
        if name not in names:
            has = f"it has {list(names)}" if names else "it has none"
            raise DescriptorError(f"{label}: the address has no parameter {name!r} of {params.__name__}: {has}")


def check_model(model: Any, label: str) -> None:
    """Check that a payload can be of this type.

    Raises:
        DescriptorError: pydantic cannot read or write it.
    """
    if isinstance(model, type) and (issubclass(model, (BaseModel, Enum, bytes, *SCALARS)) or model in (dict, list)):
        return
    if not isinstance(model, type) and get_origin(model) is None:
        kind = f"{model!r}" if isinstance(model, str) else f"an object of {type(model).__name__}"
        raise DescriptorError(
            f"{label}: the payload is {kind}; name its class: a pydantic model, dict, bytes, str, int, float or bool"
        )
    try:
        TypeAdapter[Any](model)
    except PydanticUndefinedAnnotation:
        return  # defined later in its module
    except PydanticUserError as error:
        problem = str(error).partition("\n")[0].partition(". Set `arbitrary")[0]
        raise DescriptorError(f"{label}: {getattr(model, '__name__', model)} is no payload: {problem}") from None


def check_delivery(wire: object, qos: object, expiry: object, label: str) -> None:
    """Check envelope, QoS and expiry.

    Raises:
        DescriptorError: one is none that exists.
    """
    if wire not in ENVELOPES:
        raise DescriptorError(f"{label}: wire={wire!r} is no envelope: it is one of {', '.join(ENVELOPES)}")
    if qos not in (0, 1, 2):
        raise DescriptorError(f"{label}: qos={qos!r}: it is 0, 1 or 2")
    if expiry is not None and not (isinstance(expiry, int) and 0 <= expiry <= LONGEST_EXPIRY):
        raise DescriptorError(f"{label}: expiry={expiry!r}: it is a number of seconds from 0 to {LONGEST_EXPIRY}")
