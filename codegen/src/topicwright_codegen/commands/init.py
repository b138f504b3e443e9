"""``topicwright init``."""

from __future__ import annotations

import argparse
import shlex
import shutil
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from topicwright_codegen.commands.terminal import streams
from topicwright_codegen.diagnostics.texts import counted, shown_path
from topicwright_codegen.project.config import Flags, UsageError, load_config

EXAMPLE: str = "topicwright init my-robot"
ENVELOPES = ("none", "cloudevents", "tars")
EXTRAS = ("fastapi",)
_LISTED = 10
_SCHEMA = ".vscode/catalog.schema.json"
"""Where the first line of asyncapi.yaml sends editors."""


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    text = "the folder of the project (default: this one); nothing in it is overwritten"
    parser.add_argument("folder", type=Path, nargs="?", default=Path(), metavar="DIR", help=text)
    parser.add_argument("--name", metavar="NAME", help="what the project is called (default: like its folder)")
    parser.add_argument("--package", metavar="NAME", help="the Python package of the SDK (default: like the project)")
    text = "what is around each payload (default: none, so a message is its JSON alone)"
    parser.add_argument("--envelope", choices=ENVELOPES, default="none", help=text)
    text = "the broker of the services (default: mqtt://localhost:1883)"
    parser.add_argument("--broker", metavar="URL", default="mqtt://localhost:1883", help=text)
    text = "a further service: fastapi shows the system over HTTP"
    parser.add_argument("--with", dest="extras", action="append", choices=EXTRAS, default=[], help=text)
    text = "a folder with the wheels of topicwright, which are taken along (default: those that it was installed from)"
    parser.add_argument("--wheels", type=Path, metavar="DIR", help=text)


def run(options: argparse.Namespace) -> int:
    """Write the project, and its SDK; say what to do next."""
    from topicwright_codegen.asyncapi.validation.editor_schema import editor_schema_text
    from topicwright_codegen.project.starting.layout import Choices, project_files
    from topicwright_codegen.project.starting.names import package_name, project_name
    from topicwright_codegen.project.starting.origin import WHEELS, find_origin

    folder: Path = options.folder
    name = project_name(options.name, folder)
    origin = find_origin(options.wheels)
    choices = Choices(
        name=name,
        package=package_name(options.package, name),
        envelope=options.envelope,
        broker=options.broker,
        port=_port(options.broker),
        origin=origin.lines,
        named=origin.named,
        extras=frozenset(options.extras),
    )
    texts = {**project_files(choices), _SCHEMA: editor_schema_text()}
    _refuse_to_overwrite(folder, [*texts, "sdk", *([WHEELS] if origin.wheels else [])])
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode("utf-8"))
    for wheel in origin.wheels:
        (folder / WHEELS).mkdir(exist_ok=True)
        shutil.copy(wheel, folder / WHEELS)
    _generate(folder)
    written = f"{counted(len(texts), 'file')}, and sdk/ with the package {choices.package}"
    streams.status(f"{shown_path(folder.resolve())}: {written}")
    if not origin.lines:
        streams.status("topicwright is installed from your index there; --wheels DIR takes wheels along")
    here = folder.resolve() == Path.cwd()
    streams.status("next: " + ("" if here else f"cd {shlex.quote(str(folder))} && ") + "make test")
    return 0


def _port(broker: str) -> int:
    """Return the port of the broker; a URL of another kind is refused, by the runtime's own rules."""
    from topicwright.config.broker_url import BrokerURL

    try:
        BrokerURL.parse_all(broker)
        port = urlsplit(broker.split(",")[0]).port
    except ValueError as error:
        raise UsageError(f"--broker {broker}: {error}") from error
    if not broker.isprintable() or any(char in broker for char in " \"'#$"):
        raise UsageError(f"--broker {broker!r}: percent-encode spaces, quotes, # and $")
    return port or 1883


def _refuse_to_overwrite(folder: Path, paths: Iterable[str]) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is not a folder")
    there = [path for path in paths if (folder / path).exists() or (folder / path).is_symlink()]
    if there:
        more = f" and {len(there) - _LISTED} more" if len(there) > _LISTED else ""
        raise UsageError(
            f"{folder} has {', '.join(there[:_LISTED])}{more} already, and nothing was written: "
            "move what is in the way, or name another folder"
        )
    for path in paths:
        for above in (folder / path).parents:
            if above.exists() and not above.is_dir():
                raise UsageError(f"{above} is not a folder, and nothing was written")


def _generate(folder: Path) -> None:
    from topicwright_codegen.compiler import compile_recorded
    from topicwright_codegen.output.sdk_files import write_sdk_files

    config = load_config(folder.resolve(), Flags())
    compile_recorded(config, write=True)
    for _ in write_sdk_files(config):
        pass
