"""The formats of access rules by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from topicwright_codegen.acl.emqx import acl_conf, api_rules
from topicwright_codegen.acl.mosquitto import acl_file, dynamic_security
from topicwright_codegen.acl.roles import Role

FORMATS: Final[dict[str, Callable[[Sequence[Role], str], str]]] = {
    "mosquitto": lambda roles, before: acl_file(roles),
    "mosquitto-dynsec": dynamic_security,
    "emqx": lambda roles, before: acl_conf(roles),
    "emqx-api": lambda roles, before: api_rules(roles),
}
"""Each takes the roles and the previous text of the file, of which only mosquitto's plugin keeps a part."""
