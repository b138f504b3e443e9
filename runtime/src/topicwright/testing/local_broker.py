"""``LocalBroker``: a real MQTT broker on a free loopback port, for a test or a demonstration."""

from __future__ import annotations

import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from topicwright.testing.broker_programs import (
    HOST,
    BrokerKind,
    BrokerOptions,
    answers_connect,
    command,
    find_kind,
    free_port,
    taken,
)
from typing_extensions import override

WATCHDOG = 'read _; kill -9 "$0" 2>/dev/null'
"""Kills the broker at the end of standard input, which is the end of the test process, whatever its cause."""


class LocalBroker:
    """A real broker in a child process: mosquitto if it is installed, else iotcore.

    Use it as ``with LocalBroker() as broker: MQTTClient(broker.url, "me")``. It listens on 127.0.0.1 only, accepts
    anonymous clients unless a ``username`` is given, and ends with the program that started it, even after SIGKILL.
    """

    def __init__(
        self,
        *,
        kind: BrokerKind | None = None,
        port: int | None = None,
        persistence: bool = False,
        username: str | None = None,
        password: str | None = None,
        certificate: str | Path | None = None,
        key: str | Path | None = None,
        config: Sequence[str] = (),
    ) -> None:
        """Choose a broker; ``start`` or ``with`` starts it.

        Args:
            kind: ``mosquitto`` or ``iotcore``; by default the one that is installed.
            port: the port to listen on; by default a free port.
            persistence: keep sessions and retained messages after ``kill`` and ``stop`` (mosquitto only).
            username: the only login that is accepted, with ``password`` (mosquitto only).
            password: see ``username``.
            certificate: file of the server's certificate; with ``key`` the listener uses TLS (mosquitto only).
            key: file of the private key.
            config: further lines of mosquitto.conf.

        Raises:
            RuntimeError: no broker is installed; the message names what to install.
        """
        self.kind: BrokerKind = kind or find_kind()
        self._options = BrokerOptions(
            persistence=persistence,
            username=username,
            password=password,
            certificate=Path(certificate) if certificate else None,
            key=Path(key) if key else None,
            config=tuple(config),
        )
        self.port = port or free_port()
        """The port it listens on; the same after a restart."""
        self._folder = tempfile.TemporaryDirectory(prefix="topicwright-broker-")
        self._process: subprocess.Popen[bytes] | None = None
        self._watchdog: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The ``mqtt_url`` for clients, with the login."""
        scheme = "mqtts" if self._options.certificate else "mqtt"
        login = ""
        if self._options.username:
            login = f"{quote(self._options.username, safe='')}:{quote(self._options.password or '', safe='')}@"
        return f"{scheme}://{login}{HOST}:{self.port}"

    @property
    def pid(self) -> int | None:
        """The process id of the broker; None if it is not running."""
        return self._process.pid if self._process else None

    @property
    def log(self) -> str:
        """The output of the broker so far."""
        path = self._log_path()
        return path.read_text("utf-8", "replace") if path.exists() else ""

    @override
    def __repr__(self) -> str:
        return f"<LocalBroker {self.kind} at {HOST}:{self.port}, {'up' if self._process else 'down'}>"

    # -- start and stop ------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()
        self._folder.cleanup()

    def start(self, timeout: float = 10.0) -> None:
        """Start it, or restart it on the same port; return when it answers CONNECT with CONNACK.

        Raises:
            RuntimeError: the port is taken; it ended, or did not listen within ``timeout`` seconds (with its log).
        """
        if self._process is not None:
            return
        problem = taken(self.port)
        if problem is not None:
            raise RuntimeError(f"port {self.port} is taken ({problem}): another program listens on it")
        arguments = command(self.kind, self.port, Path(self._folder.name), self._options)
        with self._log_path().open("ab") as log:
            # In a new process session, so that Ctrl+C in the terminal ends the clients first.
            self._process = subprocess.Popen(
                arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        self._watchdog = _watch(self._process.pid)
        try:
            self._wait_ready(self._process, timeout)
        except BaseException:
            self.kill()
            raise

    def stop(self, timeout: float = 5.0) -> None:
        """End it by SIGTERM, so that it disconnects its clients; do nothing if it is not running."""
        process, deadline = self._process, time.monotonic() + timeout
        if process is not None:
            self.resume()
            while process.poll() is None and time.monotonic() < deadline:
                process.terminate()  # repeatedly: mosquitto loses a signal while it starts
                with suppress(subprocess.TimeoutExpired):
                    process.wait(0.2)
            process.kill()
        self._reap()

    def kill(self) -> None:
        """End it immediately by SIGKILL, as a power cut would; ``start`` restarts it."""
        if self._process is not None:
            self._process.kill()
        self._reap()

    def pause(self) -> None:
        """Stop its execution (SIGSTOP): connections stay open, nothing is answered."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Continue its execution after ``pause``."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def _reap(self) -> None:
        # The watchdog ends first, so that it never kills another process that got the broker's id.
        if self._watchdog is not None:
            self._watchdog.kill()
            self._watchdog.communicate()
        if self._process is not None:
            self._process.wait()
        self._watchdog = self._process = None

    def _log_path(self) -> Path:
        return Path(self._folder.name) / "broker.log"

    def _wait_ready(self, process: subprocess.Popen[bytes], timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while process.poll() is None and time.monotonic() < deadline:
            if not answers_connect(self.port, tls=self._options.certificate is not None):
                time.sleep(0.005)
            elif process.poll() is None:
                return
        state = "ended" if process.poll() is not None else f"did not listen on port {self.port} within {timeout:g} s"
        raise RuntimeError(f"{self.kind} {state}:\n{self.log}")


def _watch(pid: int) -> subprocess.Popen[bytes]:
    # PR_SET_PDEATHSIG depends on the thread that started the broker, and exists on Linux only.
    return subprocess.Popen(
        ["/bin/sh", "-c", WATCHDOG, str(pid)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
