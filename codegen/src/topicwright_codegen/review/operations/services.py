"""Services before and after: which document is which, and those that have another name."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping

from topicwright_codegen import naming
from topicwright_codegen.asyncapi.apis import named_by_title, service_name
from topicwright_codegen.asyncapi.model import Api, Operation
from topicwright_codegen.review.findings.finding import Change, Finding
from topicwright_codegen.review.sides.side import Side
from topicwright_codegen.topic_filters import filter_of


def apis_of(side: Side) -> dict[str, Api]:
    """Return the documents of a side by their names; the only one has none, for two files are called two names."""
    if len(side.apis) == 1:
        return {"": side.apis[0]}
    return {f"{service_name(api)} {api.document.path.name}": api for api in side.apis}


def paired_apis(before: Side, after: Side) -> tuple[dict[str, Api], dict[str, Api]]:
    """Return the documents of both sides, with one name for each that is on both, the new one."""
    olds, news = apis_of(before), apis_of(after)
    gone = {name: api for name, api in olds.items() if name not in news}
    come = {name: api for name, api in news.items() if name not in olds}
    renamed = _renamed(gone, come)
    return {renamed.get(name, name): api for name, api in olds.items()}, news


def _renamed(gone: Mapping[str, Api], come: Mapping[str, Api]) -> dict[str, str]:
    """Return what documents are called now that do at least half of what they did, and hardly anything else."""
    found: dict[str, str] = {}
    signs = {name: _signs(api) for name, api in come.items()}
    for name, api in gone.items():
        old = _signs(api)
        likeness = {
            other: len(old & new) / max(len(old), len(new))
            for other, new in signs.items()
            if old and new and other not in found.values()
        }
        best = max(likeness, key=lambda other: likeness[other], default="")
        if likeness.get(best, 0.0) >= 0.5:
            found[name] = best
    return found


def _signs(api: Api) -> set[Hashable]:
    return {sign_of(operation) for operation in api.operations}


def sign_of(operation: Operation) -> Hashable:
    """Return what makes two operations do the same."""
    address = operation.channel.address
    where = filter_of(address.value) if address else operation.channel.id
    return operation.action, where, frozenset(message.event_type.value for message in operation.messages)


def review_services(before: Side, after: Side) -> Iterator[Finding]:
    """Yield the services that have another name: their class has it, and so has their login at the broker."""
    olds, news = paired_apis(before, after)
    for key, new in news.items():
        old = olds.get(key)
        if old is None or not (old.operations and new.operations and (key or _named(old, before, new, after))):
            continue
        one, other = service_name(old), service_name(new)
        if one != other:
            names = naming.class_name(one, "Service"), naming.class_name(other, "Service")
            same = names[0] == names[1] and naming.module(one) == naming.module(other)
            text = f"the service {one} is called {other} now: its login at the broker is another one"
            text += "" if same else f", and its class {names[0]} is {names[1]}"
            node = new.document.root
            yield Change("service-renamed", text, node, detail=one).judged(source="behaviour" if same else None)


def _named(old: Api, before: Side, new: Api, after: Side) -> bool:
    """Tell whether the names of the only documents can be compared: two files are called two names for a review."""
    found = old.document.path in before.source.access.sources or new.document.path in after.source.access.sources
    return not found or (named_by_title(old) and named_by_title(new))
