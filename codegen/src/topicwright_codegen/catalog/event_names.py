"""The Python names of events: the same whatever the order of files; a name that changes gets a warning."""

from __future__ import annotations

from collections.abc import Iterable

from topicwright_codegen import naming
from topicwright_codegen.catalog.topic_draft import TopicDraft
from topicwright_codegen.diagnostics.diagnostics import Diagnostics


def name_topics(drafts: Iterable[TopicDraft], diagnostics: Diagnostics) -> None:
    """Give each topic the part of its methods' names after the verb.

    It is the event type, without the package of a class of Java, and after the channel's id where events of several
    channels have the same. Where that is not enough, the event type that equals the Python name keeps it, and the
    others get digits made of their text.
    """
    listed = list(drafts)
    called = naming.without_packages(draft.event_type for draft in listed)
    for draft in listed:
        draft.called = called[draft.event_type]
        draft.suffix = _name(draft, diagnostics)
    for group in _groups(listed):
        _report_two_types(group, diagnostics)
        if len({draft.channel.node.identity for draft in group}) > 1:
            for draft in group:
                draft.suffix = naming.method_suffix(f"{draft.channel.id} {draft.called}") or draft.suffix
    for group in _groups(listed):
        _report_two_channels(group, diagnostics)
        _add_digits(group)
    for group in _groups(listed):
        message = f"two events have the Python name {group[0].suffix!r}"
        nodes = [draft.message.entry for draft in group]
        diagnostics.error("TW303", message, nodes[1], "set x-event-type on one", [nodes[0]])
    for draft in listed:
        _report_hidden(draft, diagnostics)


def _groups(drafts: Iterable[TopicDraft]) -> list[list[TopicDraft]]:
    """Return the events that have one Python name together."""
    by_name: dict[str, list[TopicDraft]] = {}
    for draft in drafts:
        by_name.setdefault(draft.suffix, []).append(draft)
    return [group for group in by_name.values() if len(group) > 1]


def _name(draft: TopicDraft, diagnostics: Diagnostics) -> str:
    """Return the Python name of an event type."""
    event_type = draft.message.event_type
    name = naming.method_suffix(draft.called)
    if not name:
        name = naming.method_suffix(f"{draft.channel.id} event")
        text = f"event type {event_type.value!r} has no letter or digit: it is called {name!r}"
        diagnostics.warning("TW304", text, event_type.node, "set x-event-type")
    return name


def _report_two_types(group: list[TopicDraft], diagnostics: Diagnostics) -> None:
    first = group[0].message.event_type
    for other in (draft.message.event_type for draft in group[1:]):
        if other.value != first.value:
            message = f"events {first.value!r} and {other.value!r} both have the Python name {group[0].suffix!r}"
            hint = "their channels or digits make the names differ: change a name, or set x-event-type"
            diagnostics.warning("TW303", message, other.node, hint, [first.node])


def _report_two_channels(group: list[TopicDraft], diagnostics: Diagnostics) -> None:
    first = group[0]
    for other in group[1:]:
        if other.event_type == first.event_type:
            message = f"{first.event_type!r} has the Python name {first.suffix!r} on two channels"
            hint = "it gets digits there: rename a channel, or set x-event-type"
            diagnostics.warning("TW303", message, other.message.entry, hint, [first.message.entry])


def _add_digits(group: list[TopicDraft]) -> None:
    """Give each event of a group a name made of its own text alone."""
    name = group[0].suffix
    types = [draft.event_type for draft in group]
    distinct = len(set(types)) == len(types)
    for draft in group:
        where = "" if distinct else f"{draft.channel.document.label} {draft.channel.id} {draft.message.key} "
        if draft.event_type != name or types.count(name) > 1:
            draft.suffix = naming.with_digits(name, where + draft.event_type)


def _report_hidden(draft: TopicDraft, diagnostics: Diagnostics) -> None:
    if draft.suffix.endswith("_"):
        event_type = draft.message.event_type
        message = (
            f"event type {event_type.value!r} would hide a method of the client; its methods end with an underscore"
        )
        diagnostics.warning("TW305", message, event_type.node, "a longer event type reads better")
