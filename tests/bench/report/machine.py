"""The conditions of the figures: machine, Python, versions, the state of this repository."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("mqtt5", "pydantic", "orjson", "aiomqtt", "paho-mqtt", "gmqtt", "zmqtt", "faststream")


def machine() -> dict[str, str]:
    """Return what stands above the tables."""
    return {
        "when": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": _output("git", "describe", "--always", "--dirty", "--exclude", "*"),
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "mosquitto": _output("mosquitto", "-h").partition("\n")[0].removeprefix("mosquitto version "),
        **{name: version(name) for name in PACKAGES},
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


def _output(*command: str) -> str:
    path = os.environ["PATH"] + os.pathsep + "/usr/sbin"
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "PATH": path})
    return done.stdout.strip() or "unknown"
