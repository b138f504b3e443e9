"""Small catalogs, compared in process."""

from __future__ import annotations

from pathlib import Path

from topicwright_codegen.review.engine import Review, review
from topicwright_codegen.review.sides.side import read_side, unique_package

HEAD = "asyncapi: 3.0.0\ninfo: {title: Home, version: 1.0.0}\n"


def one_topic(payload: str, binding: str = "qos: 1") -> str:
    """Return a catalog of one topic with this payload, and this mqtt binding of its operation."""
    return (
        f"{HEAD}channels:\n  state:\n    address: home/state\n    messages:\n      state:\n        name: home.state\n"
        f"        payload: {payload}\noperations:\n  sendState:\n    action: send\n"
        f"    channel: {{$ref: '#/channels/state'}}\n    bindings: {{mqtt: {{{binding}}}}}\n"
    )


def catalog(id_: str, address: str, event: str, extra: str = "x-owner: home", action: str = "send") -> str:
    """Return a catalog of one channel."""
    return (
        f"{HEAD}channels:\n  {id_}:\n    address: {address}\n    messages:\n"
        f"      {id_}: {{name: {event}, {extra}, payload: {{type: object, title: State{id_.title()}, "
        "properties: {value: {type: string}}}}\n"
        f"operations:\n  {action}{id_}:\n    action: {action}\n    channel: {{$ref: '#/channels/{id_}'}}\n"
    )


def compare(folder: Path, before: str, after: str, *, witnesses: bool = True) -> Review:
    """Compare two catalogs that are texts."""
    sides = []
    for name, text in (("before", before), ("after", after)):
        path = folder / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
        sides.append(read_side([path], unique_package()))
    return review(*sides, witnesses=witnesses)
