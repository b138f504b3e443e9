"""Payload types that no ``isinstance`` checks: ``list[int]``, ``dict[str, float]``, a ``TypedDict``, a number.

They occur in descriptors that are written by hand; the payloads of generated ones are classes.
"""

from __future__ import annotations

from collections.abc import Callable
from types import UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from topicwright.catalog.problems import describe
from topicwright.catalog.topic import T, Topic
from topicwright.errors import EncodeError
from typing_extensions import is_typeddict

NUMBERS: Final = (int, float)
"""An ``int`` is a float, and a ``bool`` is no number, whatever ``isinstance`` says of it."""


def checker_of(topic: Topic[T, Any, Any]) -> Callable[[Any], T] | None:
    """Return what checks the data of a topic before it is written; None where ``isinstance`` does.

    It raises TypeError for data of another type, and EncodeError for data with something wrong in it.
    """
    model: Any = topic.model
    if get_origin(model) is None and model not in NUMBERS and model is not Any and not is_typeddict(model):
        return None
    adapter: TypeAdapter[Any] = TypeAdapter(model)
    name = name_of(model)

    def check(data: Any) -> T:
        try:
            checked: T = adapter.validate_python(data, strict=True)
            return checked
        except ValidationError as error:
            if any(problem["loc"] for problem in error.errors(include_input=False, include_url=False)):
                problems = "; ".join(describe(error))
                raise EncodeError(f"{topic.event_type} takes {name}: {problems}") from None
            raise TypeError(f"{topic.event_type} takes {name}, not {type(data).__name__}") from None

    return check


def class_of(model: Any) -> Any:
    """Return what ``isinstance`` takes for a payload type; what is in a ``list[int]`` is not looked at."""
    origin = get_origin(model)
    if origin in (Union, UnionType):
        return tuple(map(class_of, get_args(model)))
    if origin is Literal:
        return tuple(map(type, get_args(model)))
    if model is float:
        return float, int
    return object if model is Any else dict if is_typeddict(model) else origin or model


def name_of(model: Any) -> str:
    """Return a payload type as an error shows it."""
    return model.__name__ if isinstance(model, type) and get_origin(model) is None else str(model)
