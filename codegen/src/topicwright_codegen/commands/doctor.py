"""``topicwright doctor``: its arguments; what is measured is the runtime's part."""

from __future__ import annotations

import argparse
from typing import Final

from topicwright_codegen.project.config import UsageError

DOCTOR: Final = "measure what a broker's configuration does to messages, and say what to change"


def add_doctor(command: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    text = "mqtt://[user:password@]host[:port]; login and TLS also come from the environment, as a service's do"
    command.add_argument("broker_url", metavar="BROKER_URL", help=text)
    text = "the topic below which messages are written and read (default: topicwright-doctor)"
    command.add_argument("--prefix", metavar="TOPIC", default="topicwright-doctor", help=text)


def doctor(options: argparse.Namespace) -> int:
    """Measure and print; return 1 for warnings."""
    try:
        from topicwright.doctor.__main__ import run
    except ModuleNotFoundError:
        raise UsageError("doctor needs the runtime beside the compiler: pip install topicwright") from None
    return run(options.broker_url, options.prefix)
