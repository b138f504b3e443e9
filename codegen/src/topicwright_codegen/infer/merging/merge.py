"""Joins what was heard to the file of an author: what is new is added, and what is there stays."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from topicwright_codegen.infer.drafting.channels import Channel
from topicwright_codegen.infer.drafting.nodes import Node, is_mapping, mapping
from topicwright_codegen.infer.merging.existing import Existing, pattern_of
from topicwright_codegen.infer.merging.widen import Changes, Widening, plain
from topicwright_codegen.infer.payloads.json_values import is_object, is_table


def base_file(file: Path) -> Path:
    """Return the hidden file beside a draft that keeps what was written, so that edits are known."""
    return file.with_name(f".{file.name}.inferred.json")


def read_base(file: Path) -> dict[str, Any] | None:
    """Return what was written last; None where that is not known."""
    try:
        value = json.loads(base_file(file).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return value if is_object(value) else None


@dataclass(slots=True)
class Merge:
    """One document, and what was written of it."""

    document: Any
    base: dict[str, Any]
    changes: Changes = field(default_factory=Changes)

    def add(self, fresh: Node, channels: list[Channel], known: Mapping[str, str], elsewhere: Collection[str]) -> None:
        """Add a fresh draft.

        Args:
            fresh: the draft of what was heard.
            channels: its channels.
            known: the keys of the channels of the document, by the pattern of their addresses.
            elsewhere: the patterns of the addresses that other files describe.
        """
        existing, before = Existing(self.document), Existing(self.base)
        removed = {pattern_of(str(body.get("address"))) for _, body in before.channels()}
        for channel in channels:
            key = known.get(channel.address.pattern)
            if key is not None:
                self._join(existing, before, channel, key, fresh)
            elif channel.address.pattern in elsewhere:
                continue
            elif channel.address.pattern in removed:
                self.changes.kept.append(f"{channel.text}: you removed its channel")
            else:
                self._add_channel(channel)

    def _add_channel(self, channel: Channel) -> None:
        self._put(("channels", channel.key), channel.body, channel.comments)
        for key, schema in channel.schemas.items():
            self._put(("components", "schemas", key), schema)
        self.changes.added.append(f"{channel.text}: an address")

    def _put(self, path: tuple[str, ...], value: Any, comments: list[str] | None = None) -> None:
        for target, item in ((self.document, value), (self.base, plain(value))):
            for part in path[:-1]:
                if target.get(part) is None:
                    target[part] = mapping() if is_mapping(target) else {}
                target = target[part]
            target[path[-1]] = item
        if comments:
            node: Any = self.document
            for part in path[:-1]:
                node = node[part]
            text = "\n".join(comments)
            node.yaml_set_comment_before_after_key(path[-1], before=text, indent=2 * len(path) - 2)

    def _join(self, existing: Existing, before: Existing, channel: Channel, key: str, fresh: Node) -> None:
        body = existing.resolve(self.document["channels"][key])
        written = before.resolve(self.base.get("channels", {}).get(key))
        self._deliver(body, written, channel)
        widening = Widening(existing.resolve, before.resolve, self.changes)
        draft = Existing(fresh)
        for name, event in channel.messages.items():
            message = channel.body["messages"][name]
            there = existing.message_for(body, event, message["name"])
            if there is not None:
                was: Any = before.message_for(written, event, message["name"]) if written else None
                new = draft.resolve(message["payload"])
                payload = was.get("payload") if was else None
                widening.schema(there.get("payload"), payload, new, str(there.get("name") or name))
            elif written and name in written.get("messages", {}):
                self.changes.kept.append(f"{message['name']} on {channel.text}: you removed it")
            else:
                self._add_message(channel, key, name, message)

    def _deliver(self, body: Any, written: Any, channel: Channel) -> None:
        """Raise the QoS to what was heard, if it is as it was written."""
        there: Any = body.get("x-mqtt")
        was: Any = written.get("x-mqtt") if written else None
        if not is_table(there) or not is_table(was):
            return
        if there.get("qos", 1) == was.get("qos", 1) < channel.qos:
            there["qos"] = was["qos"] = channel.qos
            self.changes.added.append(f"{channel.text}: QoS {channel.qos}")

    def _add_message(self, channel: Channel, key: str, name: str, message: Any) -> None:
        reference = str(message["payload"].get("$ref", ""))
        schema = reference.rpartition("/")[2]
        if schema:
            components: Any = self.document.get("components") or {}
            taken: Any = components.get("schemas") or {}
            free, number = schema, 2
            while free in taken:
                free, number = f"{schema}{number}", number + 1
            message["payload"]["$ref"] = f"#/components/schemas/{free}"
            self._put(("components", "schemas", free), channel.schemas[schema])
        self._put(("channels", key, "messages", name), message)
        self.changes.added.append(f"{message['name']} on {channel.text}: an event")
