"""``python -m topicwright.doctor URL [PREFIX]``: ``topicwright doctor`` without the compiler."""

from __future__ import annotations

import asyncio
import sys

from topicwright.config.environment import load, read_env
from topicwright.doctor.checks import examine
from topicwright.doctor.finding import Verdict
from topicwright.errors import ConfigurationError, ConnectError, TopicError
from topicwright.mqtt.topic_filters import check_topic


def run(url: str, prefix: str = "topicwright-doctor") -> int:
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


if __name__ == "__main__":
    sys.exit(run(*sys.argv[1:3]))
