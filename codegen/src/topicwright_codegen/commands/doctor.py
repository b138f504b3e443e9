"""``topicwright doctor``; the runtime does the measuring."""

from __future__ import annotations

import argparse

from topicwright_codegen.project.config import UsageError

EXAMPLE: str = "topicwright doctor mqtt://localhost:1883"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    text = "mqtt://[user:password@]host[:port]; login and TLS also come from the environment, as for a service"
    parser.add_argument("broker_url", metavar="BROKER_URL", help=text)
    text = "the topic below which test messages are written and read (default: topicwright-doctor)"
    parser.add_argument("--prefix", metavar="TOPIC", default="topicwright-doctor", help=text)


def run(options: argparse.Namespace) -> int:
    """Measure and print; return 1 for warnings."""
    try:
        from topicwright.doctor.__main__ import run as measure
    except ModuleNotFoundError:
        raise UsageError("doctor needs the runtime beside the compiler: pip install topicwright") from None
    return measure(options.broker_url, options.prefix)
