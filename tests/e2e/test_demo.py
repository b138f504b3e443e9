"""The demo is the main job: real services, a real broker, a real kill, and nothing lost."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from topicwright.testing import LocalBroker

from tests.paths import ROOT

EXAMPLES = ROOT / "examples" / "tars"


def run_demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(EXAMPLES), "COLUMNS": "160"}
    command = [sys.executable, "-m", "tars_demo", *arguments]
    return subprocess.run(command, cwd=EXAMPLES, env=environment, capture_output=True, text=True, timeout=110)


@pytest.fixture(scope="module")
def demo() -> subprocess.CompletedProcess[str]:
    return run_demo()


def test_the_demo_ends_by_itself_with_0(demo: subprocess.CompletedProcess[str]) -> None:
    assert demo.returncode == 0, demo.stdout + demo.stderr


def test_the_demo_loses_nothing_though_memory_worker_is_killed(demo: subprocess.CompletedProcess[str]) -> None:
    assert "killed with SIGKILL" in demo.stdout
    assert re.search(r"lost messages 0\b", demo.stdout), demo.stdout
    assert re.search(r"invalid messages 0\b", demo.stdout), demo.stdout


def test_the_robot_answers_from_its_memory(demo: subprocess.CompletedProcess[str]) -> None:
    assert "You told me this: Our destination is the planet Mars." in demo.stdout
    assert "You told me this: Hello TARS, my name is Cooper." in demo.stdout


def test_no_service_prints_a_traceback(demo: subprocess.CompletedProcess[str]) -> None:
    assert "Traceback" not in demo.stderr, demo.stderr


def test_the_demo_runs_on_a_broker_of_the_users() -> None:
    with LocalBroker() as broker:
        done = run_demo("--broker", broker.url)
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_unreachable_broker_is_one_clear_line() -> None:
    done = run_demo("--broker", "mqtt://127.0.0.1:1")
    assert done.returncode == 1
    assert "cannot connect to mqtt://127.0.0.1:1" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
