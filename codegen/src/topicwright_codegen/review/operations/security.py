"""The security schemes of a server or an operation before and after: a client needs any one of them."""

from __future__ import annotations

import json
from collections.abc import Iterator

from topicwright_codegen.asyncapi.view import View
from topicwright_codegen.catalog.model import Topic
from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.values import Map, plain
from topicwright_codegen.review.findings.finding import Change, Finding
from topicwright_codegen.review.sides.descriptions import became


def review_security(name: str, old: View, new: View, topics: tuple[Topic, ...] = ()) -> Iterator[Finding]:
    """Yield the change of the schemes; a client whose scheme is kept connects as before."""
    was, is_ = _schemes(old), _schemes(new)
    node = new.raw("security") or new.node
    text = f"the security of {name} changed: {became(_shown(was), _shown(is_))}"
    if was.keys() != is_.keys():
        loosened = bool(was) and (not is_ or was.keys() <= is_.keys())
        rule = "security-loosened" if loosened else "security-changed"
        yield Change(rule, text, node, topics, name).judged()
    elif was != is_:
        detail = f"{name} security"
        texts = (json.dumps(sorted(some.values())) for some in (was, is_))
        text = f"the texts of the security of {name}: {became(*texts)}"
        yield Change("text-changed", text, node, detail=detail).judged()


def _shown(schemes: dict[str, str]) -> str:
    return " or ".join(sorted(schemes)) or "(none)"


def _schemes(view: View) -> dict[str, str]:
    """Return the descriptions of each alternative, by its schemes without their descriptions."""
    schemes: dict[str, str] = {}
    for entry in view.elements("security") or ():
        required = [scheme for scheme in _named(entry, view) if isinstance(scheme.value, Map)]
        parts = [_plain(scheme) for scheme in required]
        texts = [part.pop("description", None) for part in parts]
        schemes[json.dumps(parts, sort_keys=True)] = json.dumps(texts)
    return schemes


def _plain(scheme: Node) -> dict[str, object]:
    return {key: plain(value) for key, value in scheme.value.items()} if isinstance(scheme.value, Map) else {}


def _named(entry: Node, view: View) -> list[Node]:
    """Return the schemes of an entry; AsyncAPI 2 names them, all of which are required together."""
    target = view.source.resolve(entry)
    if target is None or target.get("type") is not None:
        return [target] if target is not None else []
    components = entry.document.root.get("components")
    schemes = components.get("securitySchemes") if components is not None else None
    listed = [view.source.child(schemes, name) for name, _ in target.members()] if schemes is not None else []
    return [scheme for scheme in listed if scheme is not None]
