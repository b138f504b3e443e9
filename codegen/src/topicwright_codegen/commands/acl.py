"""``topicwright acl``: its arguments, and where the access rules go."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from topicwright_codegen.acl.emqx import acl_conf, api_rules
from topicwright_codegen.acl.mosquitto import acl_file, dynamic_security
from topicwright_codegen.acl.roles import Extras, Role, roles_of
from topicwright_codegen.diagnostics.diagnostics import CompileError, Diagnostics
from topicwright_codegen.diagnostics.texts import counted
from topicwright_codegen.project.config import Flags, UsageError, load_config
from topicwright_codegen.project.pyproject import find_settings
from topicwright_codegen.topic_filters import is_topic

ACL = "write the access rules of each service for a broker"
DYNSEC = "mosquitto-dynsec"
FORMATS: Final[dict[str, Callable[[Sequence[Role]], str]]] = {
    "mosquitto": acl_file,
    DYNSEC: dynamic_security,
    "emqx": acl_conf,
    "emqx-api": api_rules,
}
"""What ``--broker`` takes."""


@dataclass(frozen=True, slots=True)
class AclOptions:
    """What the command line says."""

    flags: Flags
    broker: str
    into: Path | None
    extras: Extras

    @classmethod
    def of(cls, options: argparse.Namespace) -> AclOptions:
        """Return the options of a parsed command line."""
        # Rules need no package and no folder: a document of which nothing is generated will do.
        flags = Flags(options.source or (), "sdk", Path(), options.root, None, options.map or ())
        return cls(flags, options.broker, options.into, Extras(options.health, tuple(options.dead_letter or ())))


def add_acl(command: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    command.add_argument("--source", type=Path, nargs="+", metavar="PATH", help="AsyncAPI files, or folders of them")
    command.add_argument("--root", type=Path, metavar="DIR", help="the folder that references must stay in")
    command.add_argument(
        "--map", action="append", metavar="URL=PATH", help="a local file or folder for references to a URL"
    )
    command.add_argument("--broker", choices=FORMATS, default="mosquitto", help="whose rules (default: mosquitto)")
    text = f"write to a file; with {DYNSEC} what it has of its own stays: passwords, administrators, groups"
    command.add_argument("--output", "--into", dest="into", type=Path, metavar="FILE", help=text)
    command.add_argument("--health", action="store_true", help="services publish health and heartbeat of their own")
    text = "a topic for messages that cannot be handled; {service} and {client_id} stand for the receiver's"
    command.add_argument("--dead-letter", action="append", metavar="TOPIC", help=text)


def run_acl(options: AclOptions) -> int:
    """Write the rules; return 1 where the catalog does not compile, or has nobody in it."""
    # The compiler is imported only when it is needed: --help is fast without it.
    from topicwright_codegen.catalog.reading import read_documents

    diagnostics = Diagnostics()
    try:
        _, apis = read_documents(load_config(Path.cwd(), options.flags), diagnostics)
    except CompileError as error:
        return _fail(error.diagnostics)
    about = Diagnostics()  # what the compiler warns of is not about access
    roles = roles_of(apis, about, _extras(options.extras))
    if about.failed:
        return _fail(about)
    if not roles:
        hint = "operations say who sends and who receives"
        about.error("TW602", "no operation in any document: nobody gets access", apis[0].document.root, hint)
        return _fail(about)
    _report(about)
    _write(options, roles)
    return 0


def _extras(said: Extras) -> Extras:
    """Return what the command line and the settings say together."""
    table = find_settings(Path.cwd()).table("acl", ("health", "dead_letter"))
    extras = Extras(said.health or table.flag("health"), (*said.dead_letters, *table.texts("dead_letter")))
    for topic in extras.dead_letters:
        if not is_topic(topic):
            raise UsageError(f"--dead-letter {topic!r} is not a topic that can be published to")
    return extras


def _write(options: AclOptions, roles: Sequence[Role]) -> None:
    if options.into is None:
        sys.stdout.write(FORMATS[options.broker](roles))
        return
    before = options.into.read_text("utf-8") if options.broker == DYNSEC and options.into.exists() else ""
    text = dynamic_security(roles, before) if options.broker == DYNSEC else FORMATS[options.broker](roles)
    options.into.write_text(text, "utf-8")
    print(f"{options.into}: {counted(len(roles), 'role')}", file=sys.stderr)


def _fail(diagnostics: Diagnostics) -> int:
    _report(diagnostics)
    return 1


def _report(diagnostics: Diagnostics) -> None:
    for found in diagnostics.sorted():
        print(found, file=sys.stderr)
