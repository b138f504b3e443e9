"""Rules for EMQX 5: an ``acl.conf``, and the rules that its HTTP API takes for the built-in database."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from topicwright_codegen.acl.roles import Grant, Role

_HEAD = """\
%% Access rules of each service, made by `topicwright acl` from the catalog: edit that, not this.
%% Set authorization.no_match = deny as well. EMQX checks a subscription when it is made, not each delivery.
"""


def acl_conf(roles: Sequence[Role]) -> str:
    """Return the text of a file of rules; the first rule that matches decides."""
    rules = "".join("\n" + "".join(f"{line}\n" for line in _lines(role)) for role in roles)
    return f"{_HEAD}{rules}\n{{deny, all}}.\n"


def _lines(role: Role) -> Iterator[str]:
    for action, grant in (("publish", role.publish), ("subscribe", role.subscribe)):
        for permission, topics in (("deny", grant.excluded), ("allow", grant.filters)):
            if topics:
                listed = ", ".join(map(_term, topics))
                yield f"{{{permission}, {{username, {_term(role.name)}}}, {action}, [{listed}]}}."


def _term(text: str) -> str:
    """Return a text as an Erlang term: a string, or a binary if it is not ASCII."""
    plain = "".join(
        char if char.isascii() and char.isprintable() and char not in '"\\' else _escape(char) for char in text
    )
    return f'"{plain}"' if text.isascii() else f'<<"{plain}"/utf8>>'


def _escape(char: str) -> str:
    return f"\\{char}" if char in '"\\' else f"\\x{{{ord(char):x}}}"


def api_rules(roles: Sequence[Role]) -> str:
    """Return the body of a POST to ``/api/v5/authorization/sources/built_in_database/rules/users``."""
    users = [{"username": role.name, "rules": list(_rules(role))} for role in roles]
    return json.dumps(users, indent=2, ensure_ascii=False) + "\n"


def _rules(role: Role) -> Iterator[dict[str, str]]:
    for action, grant in (("publish", role.publish), ("subscribe", role.subscribe)):
        yield from _rules_of_grant(grant, action)
    # "#" does not match topics that start with "$" (MQTT 5, section 4.7.2).
    yield from ({"topic": topic, "permission": "deny", "action": "all"} for topic in ("#", "$SYS/#"))


def _rules_of_grant(grant: Grant, action: str) -> Iterator[dict[str, str]]:
    for permission, topics in (("deny", grant.excluded), ("allow", grant.filters)):
        yield from ({"topic": topic, "permission": permission, "action": action} for topic in topics)
