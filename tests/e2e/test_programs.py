"""The programs of docs/programs/, word by word: each asks a memory over a real broker, and ends gracefully."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from topicwright.testing import LocalBroker

from tars import Event
from tars.memory import MemoryQuery, MemoryQueryResult, MemoryResult
from tars.stt import FinalTranscript
from tars.sync import TarsClient
from tests.paths import ROOT

PAGES = ROOT / "docs" / "programs"
BLOCK = re.compile(r"^`([\w.]+)`:\n\n```python\n(.*?)^```", re.MULTILINE | re.DOTALL)

DRIVERS = {
    "fastapi": """
from fastapi.testclient import TestClient
from app import app
import time
with TestClient(app) as web:
    answer = web.post("/memory", json={"text": "keys", "top_k": 2})
    print(answer.status_code, [found["document"] for found in answer.json()["results"]])
    print(web.post("/memory", json={"text": "keys", "top_k": 99}).status_code)
    print(web.post("/memory", json={"text": "keys", "colour": 1}).status_code)
    while not (heard := web.get("/heard").json()):
        time.sleep(0.05)
    print(set(heard), web.get("/ready").status_code)
    shown = web.get("/openapi.json").json()["components"]["schemas"]["MemoryQuery"]["properties"]["top_k"]
    print(shown["maximum"], shown["description"])
""",
    "litestar": """
from litestar.testing import TestClient
from app import app
with TestClient(app) as web:
    answer = web.post("/memory", json={"text": "keys", "top_k": 2})
    print(answer.status_code, [found["document"] for found in answer.json()["results"]])
    print(web.post("/memory", json={"text": "keys", "top_k": 99}).status_code)
""",
    "django": """
import django
from django.conf import settings
settings.configure(ROOT_URLCONF="urls", ALLOWED_HOSTS=["*"], SECRET_KEY="x")
django.setup()
from django.test import Client
web = Client()
answer = web.get("/memory", {"text": "keys", "top_k": "2"})
print(answer.status_code, [found["document"] for found in answer.json()["results"]])
print(web.get("/memory", {"text": "keys", "top_k": "99"}).status_code)
""",
    "celery": """
from tasks import app, search
app.conf.update(broker_url="memory://", result_backend="cache+memory://")
from celery.contrib.testing.worker import start_worker
with start_worker(app, perform_ping_check=False, pool="solo"):
    print(search.delay("keys").get(timeout=15))
""",
    "typer": """
from typer.testing import CliRunner
from robot import app
done = CliRunner().invoke(app, ["remember", "keys", "--top-k", "2"], catch_exceptions=False)
print(done.exit_code, done.output.split())
done = CliRunner().invoke(app, ["say", "hello"], catch_exceptions=False)
print(done.exit_code)
""",
}
EXPECTED = {
    "fastapi": [
        "200 ['keys', 'keys']",
        "422",
        "422",
        "{'good morning'} 200",
        "50.0 How many results to return at most.",
    ],
    "litestar": ["200 ['keys', 'keys']", "400"],
    "django": ["200 ['keys', 'keys']", "400"],
    "celery": ["['keys', 'keys', 'keys', 'keys', 'keys']"],
    "typer": ["0 ['keys', 'keys']", "0"],
}
URLS = "from django.urls import path\nfrom views import search\nurlpatterns = [path('memory', search)]\n"


def answer(event: Event[MemoryQuery]) -> MemoryQueryResult:
    results = [MemoryResult(document=event.data.text)] * event.data.top_k
    return MemoryQueryResult(query=event.data.text, k=event.data.top_k, results=results)


@pytest.fixture(scope="module")
def broker() -> Iterator[LocalBroker]:
    with LocalBroker() as broker, TarsClient(broker.url, "memory") as memory:
        memory.serve_memory_query(answer)
        yield broker


@pytest.mark.parametrize("name", sorted(DRIVERS))
def test_the_program_of_the_page_asks_and_answers(name: str, broker: LocalBroker, tmp_path: Path) -> None:
    pytest.importorskip(name)
    files = dict(BLOCK.findall((PAGES / f"{name}.md").read_text("utf-8")))
    for file, text in {**files, "urls.py": URLS, "drive.py": DRIVERS[name]}.items():
        (tmp_path / file).write_text(text, encoding="utf-8")
    environment = {**os.environ, "MQTT_URL": broker.url, "MQTT_CLIENT_ID": f"{name}-{{pid}}"}
    process = subprocess.Popen(
        [sys.executable, "drive.py"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with TarsClient(broker.url, "stt") as stt:
        while process.poll() is None:
            stt.publish_stt_final(FinalTranscript(text="good morning"))
            try:
                process.wait(0.2)
            except subprocess.TimeoutExpired:
                continue
    out, problems = process.communicate()
    assert out.splitlines()[: len(EXPECTED[name])] == EXPECTED[name], problems
    assert "UnsupportedFieldAttribute" not in problems
    assert process.returncode == 0, problems


def test_every_page_has_a_program_that_is_run_here() -> None:
    assert {path.stem for path in PAGES.glob("*.md")} == set(DRIVERS)
    assert DRIVERS.keys() == EXPECTED.keys()
