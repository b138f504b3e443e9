"""``python -m topicwright.doctor [URL]``: ``topicwright doctor`` without the compiler."""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import sys
from collections.abc import Callable
from typing import Final

from topicwright.config.environment import settings_of_tool
from topicwright.doctor.checks import examine
from topicwright.doctor.finding import Finding, Verdict
from topicwright.errors import TopicwrightError
from topicwright.mqtt.topic_filters import check_topic

PREFIX: Final = "topicwright-doctor"


def measure(url: str | None, prefix: str = PREFIX, tell: Callable[[str], object] | None = None) -> list[Finding]:
    """Return what a broker does to messages.

    Args:
        url: the broker; None for MQTT_URL. Login and TLS come from the environment or ``.env``, as for a service.
        prefix: the first levels of the topics that are used.
        tell: called with the name of each measurement, before it.

    Raises:
        ConfigurationError: no broker is named, or a setting is wrong.
        ConnectError: no connection can be made.
        TopicError: the prefix is no topic.
    """
    check_topic(prefix)
    return asyncio.run(examine(settings_of_tool(url, "doctor"), prefix, tell))


def status_of(findings: list[Finding]) -> int:
    """Return 1 if there is a warning."""
    return int(any(finding.verdict is Verdict.BAD for finding in findings))


def run(url: str | None, prefix: str = PREFIX) -> int:
    """Measure and print; return 0 without warnings, 1 with warnings, 2 without a connection to a broker."""
    try:
        findings = measure(url, prefix)
    except TopicwrightError as error:
        print(f"topicwright doctor: {error}", file=sys.stderr)
        return 2
    for finding in findings:
        print(finding.line())
    sys.stdout.flush()
    return status_of(findings)


def main() -> int:
    """Parse the command line and measure; status 2 and the usage where it is wrong, 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m topicwright.doctor", description="measure an MQTT broker")
    text = "the broker, such as mqtt://localhost:1883 (default: MQTT_URL of the environment or of the file .env)"
    parser.add_argument("url", metavar="URL", nargs="?", help=text)
    parser.add_argument(
        "prefix", metavar="PREFIX", nargs="?", default=PREFIX, help="the first level of the topics used"
    )
    for stream in (sys.stdout, sys.stderr):  # what a terminal cannot show is escaped
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    options = parser.parse_args()
    try:
        return run(options.url, options.prefix)
    except KeyboardInterrupt:
        print("topicwright doctor: interrupted", file=sys.stderr)
        return 130
    except OSError as error:  # of standard output; the interpreter would try it again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return 141
        print(f"topicwright doctor: standard output: {error.strerror or error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
