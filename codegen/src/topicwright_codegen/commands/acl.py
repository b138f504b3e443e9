"""``topicwright acl``."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from topicwright_codegen.commands.arguments import add_references, add_sources, reading_config_of
from topicwright_codegen.commands.outcome import reporter_of
from topicwright_codegen.commands.terminal import streams
from topicwright_codegen.commands.terminal.documents import without_output
from topicwright_codegen.commands.terminal.files import read_file, write_file
from topicwright_codegen.diagnostics.diagnostics import CompileError, Diagnostics
from topicwright_codegen.diagnostics.texts import counted
from topicwright_codegen.project.config import UsageError
from topicwright_codegen.project.pyproject import find_settings
from topicwright_codegen.topic_filters import is_topic

if TYPE_CHECKING:
    from topicwright_codegen.acl.roles import Extras, Role
    from topicwright_codegen.asyncapi.model import Api

EXAMPLE: str = "topicwright acl asyncapi.yaml --broker emqx --output acl.conf"
DYNSEC = "mosquitto-dynsec"
BROKERS = ("mosquitto", DYNSEC, "emqx", "emqx-api")
"""What ``--broker`` takes; a test compares them with ``acl.formats``, which is imported only when it is needed."""


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_sources(parser)
    parser.add_argument("--broker", choices=BROKERS, default="mosquitto", help="the broker (default: mosquitto)")
    text = f"the file to write; {DYNSEC} keeps its passwords, administrators and groups (default: standard output)"
    parser.add_argument("--output", "--into", type=Path, metavar="FILE", help=text)
    parser.add_argument("--health", action="store_true", help="services publish their own health and heartbeat")
    text = "a topic for messages that cannot be handled; {service} and {client_id} are replaced by the receiver's"
    parser.add_argument("--dead-letter", action="append", metavar="TOPIC", help=text)
    add_references(parser)
    parser.set_defaults(document=without_output)


def run(options: argparse.Namespace) -> int:
    """Write the rules.

    Raises:
        CompileError: the catalog is wrong, or no service in it sends or receives anything.
    """
    # The compiler is imported only when it is needed: --help is fast without it.
    from topicwright_codegen.acl.roles import roles_of
    from topicwright_codegen.catalog.reading import read_documents

    _, apis = read_documents(reading_config_of(options), Diagnostics())
    diagnostics = Diagnostics()  # without the warnings of the documents, which do not concern access
    roles = roles_of(apis, diagnostics, _extras(options))
    if not roles and not diagnostics.failed:
        hint = "operations declare the senders and the receivers"
        diagnostics.error("TW602", "no operation in any document: no service gets access", apis[0].document.root, hint)
    before = _before(options.broker, options.output)
    _check_administrators(apis, roles, before, diagnostics)
    if diagnostics.failed:
        raise CompileError(diagnostics)
    reporter_of(options).diagnostics(diagnostics)
    _write(options.broker, options.output, roles, before)
    return 0


def _check_administrators(apis: Sequence[Api], roles: Iterable[Role], before: str, diagnostics: Diagnostics) -> None:
    """Report services with the name of an administrator of the broker: its role would be replaced, or shared."""
    from topicwright_codegen.acl.mosquitto import administrators
    from topicwright_codegen.asyncapi.apis import service_name

    taken = administrators(before)
    named = {service_name(api): api.document.root for api in reversed(apis)}
    for role in roles:
        if role.name in taken:
            root = named.get(role.name, apis[0].document.root)
            info = root.get("info")
            text = f"the service {role.name!r} has the name of an administrator in the file of {DYNSEC}"
            at = (info.get("title") if info is not None else None) or root
            diagnostics.error("TW603", text, at, "rename the service, or the administrator")


def _extras(options: argparse.Namespace) -> Extras:
    """Return what the command line and the settings declare together."""
    from topicwright_codegen.acl.roles import Extras

    table = find_settings(Path.cwd()).table("acl", ("health", "dead_letter"))
    dead_letters = (*(options.dead_letter or ()), *table.texts("dead_letter"))
    for topic in dead_letters:
        if not is_topic(topic):
            raise UsageError(f"--dead-letter {topic!r} is not a topic that can be published to")
    return Extras(options.health or table.flag("health"), dead_letters)


def _before(broker: str, file: Path | None) -> str:
    """Return the text of the file before: that of this plugin keeps what is not from the catalog."""
    return read_file(file) if file is not None and broker == DYNSEC and file.exists() else ""


def _write(broker: str, file: Path | None, roles: Sequence[Role], before: str) -> None:
    from topicwright_codegen.acl.formats import FORMATS

    text = FORMATS[broker](roles, before)
    if file is None:
        streams.document(text)
        return
    write_file(file, text)
    streams.status(f"{file}: {counted(len(roles), 'role')}")
