"""Addresses with parameters: conversion to topics and topic filters, and parsing of topics."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import SimpleNamespace
from typing import Any, Generic, cast, get_type_hints

from pydantic import TypeAdapter, ValidationError
from topicwright.catalog.problems import describe
from topicwright.catalog.topic import ANY, P, Topic
from topicwright.errors import DecodeError, TopicError
from topicwright.mqtt.levels import PLACEHOLDER, matcher
from topicwright.mqtt.topic_filters import check_filter, check_topic


def _text(value: object) -> str:
    if isinstance(value, Enum):
        value = value.value
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _level(name: str, value: object) -> str:
    text = _text(value)
    if not text:
        raise TopicError(f"the topic parameter {name} must not be empty", value=text)
    if any(character in text for character in "/+#\0"):
        raise TopicError(f"the topic parameter {name}={text!r} must not contain '/', '+', '#' or NUL", value=text)
    return text


class Address(Generic[P]):
    """The address of one topic; its placeholders are the field names of ``params``."""

    def __init__(self, template: str, params: type[P]) -> None:
        self.template = template
        self.names: list[str] = PLACEHOLDER.findall(template)
        self._match = matcher(template)
        self._adapter: TypeAdapter[P] = TypeAdapter(params)
        hints = get_type_hints(params) if self.names else {}
        self._values: dict[str, TypeAdapter[Any]] = {name: TypeAdapter(hints[name]) for name in self.names}
        self.constant = None if self.names else params()
        """The parameters object of every message if the address has no parameters, else None."""
        self._topic: str | None = None

    def topic(self, params: P) -> str:
        """Return the topic to publish to.

        Raises:
            TopicError: a value is empty, contains a character that a level cannot have, is not in the catalog, or is
                missing.
        """
        if not self.names:
            self._topic = self._topic or check_topic(self.template)
            return self._topic
        values: object = params
        if isinstance(params, dict):
            values = self._from_dict(cast("dict[str, object]", params))
        try:
            text = PLACEHOLDER.sub(lambda name: self._level(name[1], getattr(values, name[1])), self.template)
        except AttributeError:
            raise self._missing(values) from None
        topic = check_topic(text)
        if topic.startswith("$") and not self.template.startswith("$"):
            # No wildcard matches it (MQTT 5, section 4.7.2), so no subscriber would receive it.
            raise TopicError(f"the first level of {topic!r} must not begin with '$'", value=topic)
        return topic

    def _from_dict(self, values: Mapping[str, object]) -> SimpleNamespace:
        """Return parameters that are given by their names."""
        for name in values.keys() - set(self.names):
            raise TopicError(f"{self.template!r} has no parameter {name!r}: it has {self.names}", value=name)
        return SimpleNamespace(**values)

    def _missing(self, params: object) -> TopicError:
        missing = [name for name in self.names if not hasattr(params, name)]
        given = " and ".join(f"{name}=..." for name in missing)
        return TopicError(f"{self.template!r} needs the parameters {missing}: give params=... with {given}", value="")

    def filter(self, match: Mapping[str, object]) -> str:
        """Return the topic filter for the given values; a name that is ANY or absent becomes a wildcard.

        Raises:
            TopicError: a value is invalid in a topic, or there is no such parameter.
        """
        for name in match.keys() - set(self.names):
            raise TopicError(f"{self.template!r} has no parameter {name!r}: it has {self.names}", value=name)
        levels = {name: self._level(name, value) for name, value in match.items() if value is not ANY}
        return check_filter("/".join(self._filter_level(level, levels) for level in self.template.split("/")))

    def _level(self, name: str, value: object) -> str:
        """Return a value as a part of a level; a value that a reader would refuse is refused here too."""
        text = _level(name, value)
        try:
            self._values[name].validate_strings(text)
        except ValidationError as error:
            raise TopicError(f"the topic parameter {name}={text!r}: {error.errors()[0]['msg']}", value=text) from None
        return text

    def _filter_level(self, level: str, levels: Mapping[str, str]) -> str:
        names: list[str] = PLACEHOLDER.findall(level)
        if not levels.keys() >= set(names):
            return "+"
        return PLACEHOLDER.sub(lambda name: levels[name[1]], level)

    def read(self, topic: str, match: Mapping[str, object]) -> P | None:
        """Return the parameters in ``topic``, or None if they differ from ``match``.

        A filter has only whole levels, so a level such as ``dev-{id}`` is checked here.

        Raises:
            DecodeError: the catalog does not allow a value.
        """
        if self.constant is not None:
            return self.constant
        values = self._match(topic)
        if values is None or any(values[name] != _text(value) for name, value in match.items() if value is not ANY):
            return None
        try:
            return self._adapter.validate_strings(values)
        except ValidationError as error:
            raise DecodeError(topic, "", describe(error)) from None


_addresses: dict[tuple[str, type[Any]], Address[Any]] = {}


def address_of(topic: Topic[Any, P, Any]) -> Address[P]:
    """Return the address of a topic, made once.

    Raises:
        TopicError: the catalog has no address for it; it is only known at run time.
    """
    if topic.address is None:
        raise TopicError(f"{topic.event_type} has no fixed address", value="")
    key = (topic.address, topic.params)
    if key not in _addresses:
        _addresses[key] = Address(topic.address, topic.params)
    return _addresses[key]
