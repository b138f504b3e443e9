"""Rules for mosquitto: an ``acl_file``, and the file of its dynamic-security plugin."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, cast

from topicwright_codegen.acl.roles import Role
from topicwright_codegen.project.config import UsageError

_HEAD = """\
# Access rules of each service, made by `topicwright acl` from the catalog: edit that, not this.
# mosquitto.conf: allow_anonymous false, password_file FILE, acl_file THIS. What no line allows is denied, $SYS too.
"""
_DEFAULTS = {"publishClientSend": False, "publishClientReceive": False, "subscribe": False, "unsubscribe": True}


def acl_file(roles: Sequence[Role]) -> str:
    """Return the text of an ``acl_file`` (mosquitto.conf(5)).

    Raises:
        UsageError: such a file cannot contain one of the names or topics.
    """
    return _HEAD + "".join("\n" + "\n".join(_lines(role)) + "\n" for role in roles)


def _lines(role: Role) -> Iterator[str]:
    yield f"user {_plain(role.name)}"
    for action, grant, other in (("write", role.publish, role.subscribe), ("read", role.subscribe, role.publish)):
        yield from (f"topic {action} {_plain(filter_)}" for filter_ in grant.filters)
        for topic in grant.excluded:
            # "deny" means both directions here: if the other one is granted, this one cannot be denied.
            if topic in other.filters:
                yield f"# {topic} is not this service's to {action}, which an acl_file cannot express"
            else:
                yield f"topic deny {_plain(topic)}"


def _plain(text: str) -> str:
    """Return a name or topic as the rest of a line."""
    if text != text.strip() or not text.isprintable():
        raise UsageError(f"{text!r} cannot be written in an acl_file of mosquitto: use --broker mosquitto-dynsec")
    return text


def dynamic_security(roles: Sequence[Role], before: str = "") -> str:
    """Return the file of the dynamic-security plugin: a role and a client for each service.

    Clients have no password yet, so no client can log in as them. Everything in the file ``before`` that is not a
    role of the catalog is kept: passwords, administrators, groups.

    Raises:
        UsageError: ``before`` is not such a file.
    """
    file = _read(before)
    file["defaultACLAccess"] = _DEFAULTS
    names = {role.name for role in roles}
    file["roles"] = [
        *({"rolename": role.name, "acls": [_acl(rule) for rule in _rules(role)]} for role in roles),
        *(item for item in _items(file, "roles") if item.get("rolename") not in names),
    ]
    known = {client.get("username") for client in _items(file, "clients")}
    file["clients"] = [
        *_items(file, "clients"),
        *({"username": name, "roles": [{"rolename": name}]} for name in sorted(names - known)),
    ]
    return json.dumps(file, indent=2, ensure_ascii=False) + "\n"


def _read(before: str) -> dict[str, Any]:
    try:
        file: object = json.loads(before) if before.strip() else {}
    except ValueError as error:
        raise UsageError(f"this is not a file of the dynamic-security plugin: {error}") from None
    if not isinstance(file, dict):
        raise UsageError("this is not a file of the dynamic-security plugin: it must be a JSON object")
    return cast("dict[str, Any]", file)


def _items(file: dict[str, Any], key: str) -> list[dict[str, Any]]:
    items: object = file.get(key, [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in cast("list[object]", items)):
        raise UsageError(f"this is not a file of the dynamic-security plugin: {key} must be a list of objects")
    return cast("list[dict[str, Any]]", items)


def _rules(role: Role) -> Iterator[tuple[str, str, bool]]:
    """Yield the rules of a role: the type of access, a filter, and whether it is allowed."""
    for kind, grant in (("publishClientSend", role.publish), ("publishClientReceive", role.subscribe)):
        yield from ((kind, topic, False) for topic in grant.excluded)
        yield from ((kind, filter_, True) for filter_ in grant.filters)
    yield from (("subscribePattern", filter_, True) for filter_ in role.subscribe.filters)


def _acl(rule: tuple[str, str, bool]) -> dict[str, object]:
    kind, topic, allow = rule
    return {"acltype": kind, "topic": topic, "priority": 0 if allow else 1, "allow": allow}
