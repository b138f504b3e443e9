"""``python -m topicwright.doctor URL [PREFIX]``: ``topicwright doctor`` without the compiler."""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import Final

from topicwright.config.environment import load, read_env
from topicwright.doctor.checks import examine
from topicwright.doctor.finding import Verdict
from topicwright.errors import ConfigurationError, ConnectError, TopicError
from topicwright.mqtt.topic_filters import check_topic

PREFIX: Final = "topicwright-doctor"


def run(url: str, prefix: str = PREFIX) -> int:
    """Measure and print; return 0 without warnings, 1 with warnings, 2 without a connection to a broker."""
    try:
        check_topic(prefix)
        settings = load(read_env({"mqtt_url": url, "client_id": "doctor"}), env=True)
        findings = asyncio.run(examine(settings, prefix))
    except (ConfigurationError, ConnectError, TopicError) as error:
        print(f"topicwright doctor: {error}", file=sys.stderr)
        return 2
    for finding in findings:
        print(finding.line())
    return int(any(finding.verdict is Verdict.BAD for finding in findings))


def main() -> int:
    """Parse the command line and measure; status 2 and the usage where it is wrong."""
    parser = argparse.ArgumentParser(prog="python -m topicwright.doctor", description="measure an MQTT broker")
    parser.add_argument("url", metavar="URL", help="the broker, such as mqtt://localhost:1883")
    parser.add_argument(
        "prefix", metavar="PREFIX", nargs="?", default=PREFIX, help="the first level of the topics used"
    )
    options = parser.parse_args()
    return run(options.url, options.prefix)


if __name__ == "__main__":
    sys.exit(main())
