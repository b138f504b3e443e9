"""``topicwright snapshot``: the retained messages of a broker to a file, or a file against the catalog."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from topicwright_codegen.commands.arguments import add_reading, flags_of
from topicwright_codegen.commands.diff import FORMATS
from topicwright_codegen.diagnostics.texts import counted
from topicwright_codegen.project.config import UsageError

SNAPSHOT = "write the retained messages of a broker to a file, or say which of them readers of the catalog refuse"


def add_snapshot(command: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    text = "mqtt://host:1883 (default: MQTT_URL); login and TLS as in docs/runtime.md"
    command.add_argument("url", nargs="?", metavar="BROKER", help=text)
    command.add_argument("--output", type=Path, metavar="FILE", help="where to write (default: standard output)")
    text = "what to ask for (default: #); may be given several times"
    command.add_argument("--filter", action="append", metavar="FILTER", help=text)
    text = "seconds until the broker must have sent everything (default: 30)"
    command.add_argument("--timeout", type=float, default=30.0, metavar="S", help=text)
    text = "read this file instead of a broker; exit with status 1 where a message of it is refused"
    command.add_argument("--check", type=Path, metavar="FILE", help=text)
    text = "with --check: AsyncAPI files or folders (default: the configured sources)"
    command.add_argument("--source", type=Path, nargs="+", default=(), metavar="PATH", help=text)
    command.add_argument("--format", choices=FORMATS, default="text", help="with --check: how findings are written")
    add_reading(command)


def snapshot(options: argparse.Namespace) -> int:
    """Take or check a snapshot."""
    if options.check is not None:
        if options.url is not None:
            raise UsageError(f"--check reads {options.check} and no broker: leave out {options.url}, or --check")
        return _check(options)
    from topicwright_codegen.review.retained.broker import take
    from topicwright_codegen.review.retained.snapshot_file import write_retained

    messages = take(options.url, options.filter or ["#"], options.timeout)
    text = write_retained(messages)
    if options.output is None:
        sys.stdout.write(text)
    else:
        options.output.write_text(text, encoding="utf-8")
        print(f"{options.output}: {counted(len(messages), 'retained message')}")
    return 0


def _check(options: argparse.Namespace) -> int:
    from topicwright_codegen.review.engine import Review, ordered
    from topicwright_codegen.review.report.formats.registry import FORMATS as WRITERS
    from topicwright_codegen.review.report.report import Report
    from topicwright_codegen.review.retained.snapshot_check import refused
    from topicwright_codegen.review.retained.snapshot_file import read_retained
    from topicwright_codegen.review.sides.inputs import input_of_today
    from topicwright_codegen.review.sides.side import side_of

    messages = read_retained(options.check)
    side = side_of(input_of_today(replace(flags_of(options), sources=tuple(options.source))))
    found = refused(messages, side)
    sys.stdout.write(WRITERS[options.format](Report(Review(ordered(found)))))
    print(f"refused: {len(found)} of {counted(len(messages), 'retained message')}", file=sys.stderr)
    return 1 if found else 0
