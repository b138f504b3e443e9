"""The catalog holds the whole of the reference system, as far as its facts are at hand."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

import pytest
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

import tars.camera
import tars.character
import tars.config
import tars.health
import tars.llm
import tars.memory
import tars.movement
import tars.stt
import tars.tts
import tars.wake
from tars import TOPICS
from tests.paths import SHARED

FACTS = SHARED / "facts"
pytestmark = pytest.mark.skipif(
    not FACTS.is_dir(), reason="the facts of the reference system are not beside the project"
)

DOMAINS = (
    tars.camera,
    tars.character,
    tars.config,
    tars.health,
    tars.llm,
    tars.memory,
    tars.movement,
    tars.stt,
    tars.tts,
    tars.wake,
)
MODELS = {name: item for domain in DOMAINS for name in dir(domain) if isinstance(item := getattr(domain, name), type)}
RENAMED = {"MemoryResults": "MemoryQueryResult"}
NO_PAYLOAD = {"Envelope", "MQTTClientConfig", "ConfigHealthPayload", "MoveLegsParams", "MoveArmParams"}
"""The wire, the client's settings, and shapes that no message refers to."""
REPLACED = {"system/config/{service}": "config/update/{service}", "config/update": "config/update/{service}"}
MOVED = {"llm/tool.call.request": "llm/tools/call", "llm/tool.call.result": "llm/tools/result"}
OWN_HEALTH = re.compile(r"system/health/(?!movement-esp32)[^{]")
"""Second health topics of a service: decision 5 gives each client one."""
DECIDED = {
    ("LLMRequest", "id"): "made where absent: the migration guide's requests have none",
    ("MovementFrame", "id"): "the firmware's frames have none",
    ("MovementState", "id"): "the firmware's states have none",
    ("MovementFrame", "channels"): "the firmware reads ch0 to ch15",
    ("ConfigUpdatePayload", "issued_at"): "signed, so it is never made up",
}


def rows(name: str) -> Iterator[dict[str, str]]:
    if FACTS.is_dir():
        with (FACTS / name).open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file, delimiter="\t")


def contract_fields() -> Iterator[dict[str, str]]:
    for row in rows("fields.tsv"):
        name = row["model"]
        contract = row["source"].startswith(("contracts/v1", "config/", "adapters/"))
        if contract and not name.startswith(("Base", "mcp.")) and name not in NO_PAYLOAD:
            yield {**row, "model": RENAMED.get(name, name.removeprefix("llm."))}


FIELDS = list(contract_fields())


@pytest.mark.parametrize("row", list(rows("topics.tsv")), ids=lambda row: row["topic"])
def test_every_topic_that_is_not_historic_is_in_the_catalog(row: dict[str, str]) -> None:
    topic = row["topic"]
    if "HISTORIC" in row["status_at_HEAD_7c0fb76"] or topic.startswith("{") or OWN_HEALTH.match(topic):
        pytest.skip("historic, or replaced by a decision")
    addresses = {item.address for item in TOPICS}
    assert REPLACED.get(topic, MOVED.get(topic, topic)) in addresses


@pytest.mark.parametrize("row", FIELDS, ids=lambda row: f"{row['model']}.{row['field']}")
def test_every_field_is_there_required_or_not_as_in_the_facts(row: dict[str, str]) -> None:
    model = MODELS[row["model"]]
    assert issubclass(model, BaseModel)
    field = model.model_fields[row["field"]]
    if (row["model"], row["field"]) not in DECIDED:
        assert field.is_required() == (row["required"] == "yes")


@pytest.mark.parametrize(
    "row", [row for row in FIELDS if row["enum"]], ids=lambda row: f"{row['model']}.{row['field']}"
)
def test_every_enum_has_the_values_of_the_facts(row: dict[str, str]) -> None:
    allowed = str(MODELS[row["model"]].model_fields[row["field"]].annotation)
    assert all(f"'{value}'" in allowed for value in row["enum"].split("|"))


@pytest.mark.parametrize(
    "row",
    [row for row in FIELDS if row["default"] and not row["default"].startswith(("factory", "None"))],
    ids=lambda row: f"{row['model']}.{row['field']}",
)
def test_every_default_is_the_one_of_the_facts(row: dict[str, str]) -> None:
    default = MODELS[row["model"]].model_fields[row["field"]].default
    assert default is not PydanticUndefined
    assert repr(default) == row["default"]


def test_every_decision_is_still_needed() -> None:
    known = {(row["model"], row["field"]) for row in FIELDS}
    assert known >= DECIDED.keys()
