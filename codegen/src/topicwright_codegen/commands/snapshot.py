"""``topicwright snapshot``: writes the retained messages of a broker to a file, or checks a file with the catalog."""

from __future__ import annotations

import argparse
import math
from dataclasses import replace
from pathlib import Path

from topicwright_codegen.commands.arguments import REPORT_FORMATS, add_reading, flags_of
from topicwright_codegen.commands.outcome import write_report
from topicwright_codegen.commands.terminal import streams
from topicwright_codegen.commands.terminal.files import write_file
from topicwright_codegen.diagnostics.texts import counted
from topicwright_codegen.project.config import UsageError

EXAMPLE: str = "topicwright snapshot mqtt://localhost:1883 --output retained.jsonl"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    text = "mqtt://host:1883 (default: MQTT_URL); login and TLS as in docs/settings.md"
    parser.add_argument("url", nargs="?", metavar="BROKER", help=text)
    parser.add_argument("--output", type=Path, metavar="FILE", help="the file to write (default: standard output)")
    text = "a topic filter to subscribe to; may be repeated (default: #)"
    parser.add_argument("--filter", action="append", metavar="FILTER", help=text)
    text = "seconds until the broker must have sent everything (default: 30)"
    parser.add_argument("--timeout", type=_seconds, default=30.0, metavar="S", help=text)
    text = "read this file instead of a broker; exit 1 if a message in it is refused"
    parser.add_argument("--check", type=Path, metavar="FILE", help=text)
    text = "with --check: AsyncAPI files or folders (default: sources in [tool.topicwright])"
    parser.add_argument("--source", type=Path, nargs="+", default=(), metavar="PATH", help=text)
    text = "with --check: the format of the findings"
    parser.add_argument("--format", choices=REPORT_FORMATS, default="text", help=text)
    add_reading(parser)
    parser.set_defaults(document=_writes_document)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds above 0")
    return seconds


def _writes_document(options: argparse.Namespace) -> bool:
    return options.format != "text" if options.check else options.output is None


def run(options: argparse.Namespace) -> int:
    """Take or check a snapshot."""
    if options.check is not None:
        if options.url is not None:
            raise UsageError(f"--check reads {options.check} and no broker: leave out {options.url}, or --check")
        return _check(options)
    from topicwright_codegen.review.retained.broker import take_snapshot
    from topicwright_codegen.review.retained.snapshot_file import write_retained

    messages = take_snapshot(options.url, options.filter or ["#"], options.timeout)
    text = write_retained(messages)
    if options.output is None:
        streams.document(text)
    else:
        write_file(options.output, text)
        streams.status(f"{options.output}: {counted(len(messages), 'retained message')}")
    return 0


def _check(options: argparse.Namespace) -> int:
    from topicwright_codegen.review.engine import Review, sort_findings
    from topicwright_codegen.review.report.formats.registry import FORMATS
    from topicwright_codegen.review.report.report import Report
    from topicwright_codegen.review.retained.snapshot_check import refused_messages
    from topicwright_codegen.review.retained.snapshot_file import read_retained
    from topicwright_codegen.review.sides.inputs import input_of_today
    from topicwright_codegen.review.sides.side import side_of

    messages = read_retained(options.check)
    side = side_of(input_of_today(replace(flags_of(options), sources=tuple(options.source))))
    findings = refused_messages(messages, side)
    write_report(options.format, FORMATS[options.format](Report(Review(sort_findings(findings)))))
    streams.status(f"refused: {len(findings)} of {counted(len(messages), 'retained message')}")
    return 1 if findings else 0
