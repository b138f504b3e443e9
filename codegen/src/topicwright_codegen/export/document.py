"""The short form of an AsyncAPI document, from descriptors: docs/catalog.md says what each word means."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, Literal, TypeAlias, get_args, get_origin, get_type_hints

from topicwright import NoHeaders, Topic

from topicwright_codegen.export.docstrings import is_made, own_doc, texts_below_names
from topicwright_codegen.export.models import Schemas
from topicwright_codegen.export.selection import AnyCall, AnyTopic, Descriptor, Selection, ServiceClass
from topicwright_codegen.project.config import UsageError

Object: TypeAlias = dict[str, Any]
JSON: Final = "application/json"
_PARAMETER: Final = re.compile(r"\{([^{}/]+)\}")


def document_of(chosen: Selection, title: str | None, version: str) -> tuple[Object, list[str]]:
    """Return the document and warnings.

    Raises:
        UsageError: the descriptors contradict each other.
    """
    return _Writer(chosen).document(title or chosen.title, version)


@dataclass(slots=True)
class _Writer:
    chosen: Selection
    schemas: Schemas = field(default_factory=Schemas)
    warnings: list[str] = field(default_factory=list[str])
    keys: dict[str | None, str] = field(default_factory=dict[str | None, str])
    """The key of each address among the channels."""

    def document(self, title: str, version: str) -> tuple[Object, list[str]]:
        topics = self.chosen.topics
        _check(topics)
        self.schemas.add_all([kind for topic in topics for kind in _types(topic)])
        info: Object = {"title": title, "version": version, **_described(self.chosen.doc)}
        made: Object = {"asyncapi": "3.0.0", "info": info, "defaultContentType": JSON}
        envelopes = {topic.wire for topic in topics if topic.model is not bytes}
        common = envelopes.pop() if len(envelopes) == 1 else "none"
        if common != "none":
            made["x-envelope"] = common
        made["channels"] = self._channels(common)
        asked = list(dict.fromkeys(self._event(call.request) for call in self.chosen.calls))
        if self.chosen.services:
            made["x-services"] = dict(map(self._service, self.chosen.services))
        elif asked:  # without anybody who asks there would be no request
            made["x-requests"] = asked
        if self.schemas.components:
            made["components"] = {"schemas": self.schemas.components}
        return made, [*self.schemas.warnings, *self.warnings]

    def _channels(self, envelope: str) -> Object:
        channels: Object = {}
        groups: dict[str | None, list[AnyTopic]] = {}
        for topic in self.chosen.topics:
            groups.setdefault(topic.address, []).append(topic)
        for address, topics in groups.items():
            base = _camel(_PARAMETER.sub("", address or "")) or _camel(topics[0].event_type) or "channel"
            self.keys[address] = _free(base, self.keys.values())
        for address, topics in groups.items():
            channel: Object = {"address": address}
            parameters = self._parameters(topics[0])
            if parameters:
                channel["parameters"] = parameters
            deliveries = [_delivery(topic) for topic in topics]
            shared = deliveries[0] if all(one == deliveries[0] for one in deliveries) else {}
            if shared:
                channel["x-mqtt"] = shared
            messages: Object = {}
            for topic in topics:
                messages[_free(_camel(topic.event_type) or "message", messages)] = self._message(
                    topic, envelope, shared
                )
            channels[self.keys[address]] = {**channel, "messages": messages}
        return channels

    def _parameters(self, topic: AnyTopic) -> Object:
        names = _PARAMETER.findall(topic.address or "")
        hints = get_type_hints(topic.params) if names else {}
        texts = texts_below_names(topic.params) if names else {}
        made: Object = {}
        for name in dict.fromkeys(names):
            values = _values(hints.get(name, str))
            made[name] = {**_described(texts.get(name, "")), **({"enum": values} if values else {})}
            if not values and hints.get(name, str) is not str:
                shown = getattr(hints[name], "__name__", str(hints[name]))
                self.warnings.append(f"{topic.address}: the parameter {name} is {shown}; a catalog knows texts alone")
        return made

    def _message(self, topic: AnyTopic, envelope: str, shared: Object) -> Object:
        made: Object = {"name": topic.event_type}
        text = self.chosen.docs.get(id(topic), "")
        if text and text != own_doc(topic.model):  # else it is said by its payload
            made["summary"] = text if "\n" not in text else text.partition("\n")[0]
            if "\n" in text:
                made["description"] = text
        if topic.content_type != JSON:
            made["contentType"] = topic.content_type
        if topic.wire != envelope and topic.model is not bytes:
            made["x-envelope"] = topic.wire
        delivery = _delivery(topic)
        if delivery and delivery != shared:
            made["x-mqtt"] = delivery
        made |= _extensions(topic)
        made |= self._replies(topic)
        if topic.headers is not NoHeaders:
            made["headers"] = self.schemas.of(topic.headers)
        made["payload"] = self._payload(topic)
        return made

    def _payload(self, topic: AnyTopic) -> Object:
        if topic.model is not bytes:
            return self.schemas.of(topic.model)
        return {"type": "string", "format": "binary"}

    def _replies(self, topic: AnyTopic) -> Object:
        """Return what answers a request: the events of all calls that begin with it."""
        calls = [call for call in self.chosen.calls if call.request == topic]
        made: Object = {}
        names = list(dict.fromkeys(self._event(reply) for call in calls for reply in call.replies))
        places = {_place(call) for call in calls} - {None}
        if places:
            made["x-reply"] = {"messages": names, "address": {"location": places.pop()}}
        elif names:
            made["x-reply"] = names[0] if len(names) == 1 else names
        streams = [call.until for call in self.chosen.calls if topic in call.replies and call.until]
        if streams:
            made["x-stream-until"] = streams[0]
        return made

    def _event(self, topic: AnyTopic) -> str:
        """Return the name of an event as a list of events has it: with its channel where several have it."""
        alike = [one for one in self.chosen.topics if one.event_type == topic.event_type]
        return topic.event_type if len(alike) == 1 else f"{self.keys[topic.address]}/{topic.event_type}"

    def _service(self, service: ServiceClass) -> tuple[str, Object]:
        name = _kebab(service.name)
        made: Object = {"title": service.name, **_described(service.doc)}
        for key, listed in (
            ("x-sends", _topics(service.sends)),
            ("x-requests", _requests(service.sends)),
            ("x-receives", _topics(service.receives)),
            ("x-serves", _requests(service.receives)),
        ):
            names = list(dict.fromkeys(map(self._event, listed)))
            if names:
                made[key] = names
        return name, made


def _check(topics: Sequence[AnyTopic]) -> None:
    """Refuse two messages of one name on one address: nothing would tell them apart."""
    known: set[tuple[str | None, str]] = set()
    for topic in topics:
        if (topic.address, topic.event_type) in known:
            hint = "give each an event type of its own: Topic(address, event_type, model)"
            raise UsageError(f"two messages of {topic.address!r} have the event type {topic.event_type!r}: {hint}")
        known.add((topic.address, topic.event_type))


def _types(topic: AnyTopic) -> Iterable[Any]:
    if topic.model is not bytes:
        yield topic.model
    if topic.headers is not NoHeaders:
        yield topic.headers


def _topics(descriptors: Sequence[Descriptor]) -> list[AnyTopic]:
    return [one for one in descriptors if isinstance(one, Topic)]


def _requests(descriptors: Sequence[Descriptor]) -> list[AnyTopic]:
    return [one.request for one in descriptors if not isinstance(one, Topic)]


def _delivery(topic: AnyTopic) -> Object:
    made: Object = {} if topic.qos == 1 else {"qos": topic.qos}
    if topic.retain:
        made["retain"] = True
    return made if topic.expiry is None else {**made, "expiry": topic.expiry}


def _extensions(topic: AnyTopic) -> Object:
    made: Object = {}
    if topic.correlation is not None:
        made["correlationId"] = {"location": f"$message.payload#/{topic.correlation.replace('.', '/')}"}
    elif topic.correlation_header is not None:
        made["correlationId"] = {"location": f"$message.header#/{topic.correlation_header}"}
    if topic.former_types:
        made["x-renamed-from"] = list(topic.former_types)
    if topic.partition_key is not None:
        made["x-partition-key"] = topic.partition_key
    if topic.replay_window is not None:
        made["x-replay-window"] = topic.replay_window
    if topic.lenient:
        made["x-lenient"] = list(topic.lenient)
    return {**made, "x-error": True} if topic.error is not None else made


def _place(call: AnyCall) -> str | None:
    if call.reply_to is not None:
        return f"$message.payload#/{call.reply_to.replace('.', '/')}"
    return None if call.reply_to_header is None else f"$message.header#/{call.reply_to_header}"


def _values(hint: Any) -> list[str]:
    """Return the texts that a parameter may be; none where it may be any."""
    if get_origin(hint) is Literal:
        return [_text(value) for value in get_args(hint)]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return [_text(member.value) for member in hint]
    return ["true", "false"] if hint is bool else []


def _text(value: object) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _described(text: str) -> Object:
    return {"description": text} if text and not is_made(text) else {}


def _camel(text: str) -> str:
    words = [word for word in re.split(r"[^A-Za-z0-9]+", text) if word]
    return "".join(word if number == 0 else word[0].upper() + word[1:] for number, word in enumerate(words))


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()


def _free(name: str, taken: Collection[str]) -> str:
    """Return a key that is not taken: with a number behind it where it is."""
    key, at = name, 2
    while key in taken:
        key, at = f"{name}{at}", at + 1
    return key
