"""Services before and after: which document is which, and those that have another name."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping

from topicwright_codegen import naming
from topicwright_codegen.asyncapi.apis import named_by_title, service_name
from topicwright_codegen.asyncapi.model import Api, Operation
from topicwright_codegen.review.findings.finding import Change, Finding
from topicwright_codegen.review.sides.side import Side
from topicwright_codegen.topic_filters import filter_of


def _apis_of(side: Side) -> dict[str, Api]:
    """Return the documents of a side by their names; the only one has the name "", since two files have two names."""
    if len(side.apis) == 1:
        return {"": side.apis[0]}
    return {f"{service_name(api)} {api.document.path.name}": api for api in side.apis}


def paired_apis(before: Side, after: Side) -> tuple[dict[str, Api], dict[str, Api]]:
    """Return the documents of both sides, with one name for each that is on both, the new one."""
    olds, news = _apis_of(before), _apis_of(after)
    removed = {name: api for name, api in olds.items() if name not in news}
    added = {name: api for name, api in news.items() if name not in olds}
    renamed = _renamed(removed, added)
    return {renamed.get(name, name): api for name, api in olds.items()}, news


def _renamed(removed: Mapping[str, Api], added: Mapping[str, Api]) -> dict[str, str]:
    """Return the new name of each document of which at least half of the operations, old and new, are the same."""
    renamed: dict[str, str] = {}
    contents = {name: _contents(api) for name, api in added.items()}
    for name, api in removed.items():
        old = _contents(api)
        likeness = {
            other: len(old & new) / max(len(old), len(new))
            for other, new in contents.items()
            if old and new and other not in renamed.values()
        }
        best = max(likeness, key=lambda other: likeness[other], default="")
        if likeness.get(best, 0.0) >= 0.5:
            renamed[name] = best
    return renamed


def _contents(api: Api) -> set[Hashable]:
    return {content_of(operation) for operation in api.operations}


def content_of(operation: Operation) -> Hashable:
    """Return action, filter and event types, which are equal for operations that do the same."""
    address = operation.channel.address
    where = filter_of(address.value) if address else operation.channel.id
    return operation.action, where, frozenset(message.event_type.value for message in operation.messages)


def review_services(before: Side, after: Side) -> Iterator[Finding]:
    """Yield the services that have another name: their class has it, and so has their login at the broker."""
    olds, news = paired_apis(before, after)
    for key, new in news.items():
        old = olds.get(key)
        if old is None or not (old.operations and new.operations):
            continue
        if (key or _have_names(old, before, new, after)) and service_name(old) != service_name(new):
            yield _rename(service_name(old), new)


def _rename(old: str, api: Api) -> Finding:
    new = service_name(api)
    classes = naming.class_name(old, "Service"), naming.class_name(new, "Service")
    same = classes[0] == classes[1] and naming.module(old) == naming.module(new)
    text = f"the service {old} is called {new} now: its login at the broker is another one"
    text += "" if same else f", and its class {classes[0]} is {classes[1]}"
    change = Change("service-renamed", text, api.document.root, detail=old)
    return change.judged(source="behaviour" if same else None)


def _have_names(old: Api, before: Side, new: Api, after: Side) -> bool:
    """Return whether the names of the only documents can be compared: two files given to a review differ in name."""
    are_arguments = (
        old.document.path in before.source.access.sources or new.document.path in after.source.access.sources
    )
    return not are_arguments or (named_by_title(old) and named_by_title(new))
