"""``topicwright doctor``; the runtime does the measuring."""

from __future__ import annotations

import argparse

from topicwright_codegen.commands.terminal import streams
from topicwright_codegen.diagnostics.steps import step
from topicwright_codegen.project.config import UsageError

EXAMPLE: str = "topicwright doctor mqtt://localhost:1883"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    text = "mqtt://[user:password@]host[:port] (default: MQTT_URL); login and TLS too come from the environment or .env"
    parser.add_argument("broker_url", metavar="BROKER", nargs="?", help=text)
    text = "the topic below which test messages are written and read (default: topicwright-doctor)"
    parser.add_argument("--prefix", metavar="TOPIC", default="topicwright-doctor", help=text)


def run(options: argparse.Namespace) -> int:
    """Measure and print; return 1 for warnings."""
    from topicwright.doctor.__main__ import measure, status_of
    from topicwright.errors import TopicwrightError

    try:
        findings = measure(options.broker_url, options.prefix, lambda name: step(f"measuring {name}"))
    except TopicwrightError as error:
        raise UsageError(str(error)) from None
    for finding in findings:
        streams.finding(finding.line())
    return status_of(findings)
