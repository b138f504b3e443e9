"""The services as child processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

CLIENT_IDS = {
    "console": "tars-console",
    "memory_worker": "tars-memory",
    "llm_worker": "tars-llm",
    "tts_worker": "tars-tts",
    "stt_worker": "tars-stt",
    "router": "tars-router",
    "wake_activation": "wake-activation",
}
EXAMPLES = str(Path(__file__).parent.parent)


class Services:
    """Starts, kills and stops the services."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self._folder = folder
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *arguments: str, pipe: bool = False) -> subprocess.Popen[bytes]:
        """Start one service."""
        environment = {
            **os.environ,
            "MQTT_URL": self.url,
            "MQTT_CLIENT_ID": CLIENT_IDS[name],
            "MQTT_RECONNECT_MIN_DELAY": "0.2",
            "MEMORY_DB": str(self._folder / "memory.db"),
            "TARS_STATS": str(self._folder),
            "PYTHONPATH": os.pathsep.join(filter(None, [EXAMPLES, os.environ.get("PYTHONPATH")])),
        }
        command = [sys.executable, "-m", f"tars_services.{name}", *arguments]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE if pipe else None)
        self.running[name] = process
        return process

    def kill(self, name: str) -> int:
        """Kill a service with SIGKILL and return its process id."""
        process = self.running.pop(name)
        process.kill()
        process.wait()
        return process.pid

    def stop(self, timeout: float) -> dict[str, int]:
        """Stop every service with SIGTERM, the console last, and return their exit codes."""
        others = [name for name in self.running if name != "console"]
        return {**self._stop(others, timeout), **self._stop(["console"], timeout)}

    def _stop(self, names: list[str], timeout: float) -> dict[str, int]:
        for name in names:
            self.running[name].send_signal(signal.SIGTERM)
        codes: dict[str, int] = {}
        for name in names:
            process = self.running.pop(name)
            try:
                codes[name] = process.wait(timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                codes[name] = process.wait()
        return codes

    def kill_all(self) -> None:
        """Kill every service that still runs."""
        for name in list(self.running):
            self.kill(name)
