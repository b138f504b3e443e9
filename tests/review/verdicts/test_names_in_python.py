"""Services and modules that are called otherwise: Python imports them by name, and brokers know logins by it."""

from __future__ import annotations

from pathlib import Path

import pytest
from topicwright_codegen.review.engine import Review, review
from topicwright_codegen.review.sides.side import read_side, unique_package

from tests.review.support.catalogs import HEAD, catalog

GREENHOUSE = catalog("state", "greenhouse/state", "greenhouse.state")
PROBE = catalog("probe", "probe/state", "probe.state")
CHANNEL = (
    f"{HEAD}channels:\n  {{0}}:\n    address: gh/{{0}}\n    messages:\n"
    "      {0}: {{name: gh.{0}, payload: {{type: object, properties: {{k: {{type: integer}}}}}}}}\n"
).replace("{title: Home, version: 1.0.0}", "{{title: Home, version: 1.0.0}}")


def compared(folder: Path, before: dict[str, str], after: dict[str, str]) -> Review:
    """Compare two folders of files."""
    sides = []
    for name, files in (("before", before), ("after", after)):
        for path, text in files.items():
            (folder / name / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / name / path).write_text(text, encoding="utf-8")
        sides.append(read_side([folder / name], unique_package()))
    return review(*sides)


def rules(result: Review) -> dict[str, tuple[str, str]]:
    """Return the verdict on Python and the severity of each rule."""
    return {found.rule: (found.source, found.severity) for found in result.findings}


def test_a_title_that_names_the_service_renames_its_class_and_login(tmp_path):
    renamed = GREENHOUSE.replace("title: Home", "title: Glasshouse")
    result = compared(tmp_path, {"asyncapi.yaml": GREENHOUSE}, {"asyncapi.yaml": renamed})
    assert rules(result) == {"service-renamed": ("import", "source"), "info-changed": ("ok", "docs")}
    assert "Home is called Glasshouse" in result.findings[0].message
    assert "login" in result.findings[0].message


def test_a_name_that_python_spells_alike_is_still_another_login(tmp_path):
    renamed = GREENHOUSE.replace("title: Home", "title: home")
    result = compared(tmp_path, {"asyncapi.yaml": GREENHOUSE}, {"asyncapi.yaml": renamed})
    assert rules(result)["service-renamed"] == ("behaviour", "dangerous")


@pytest.mark.parametrize("others", [{}, {"greenhouse.yaml": GREENHOUSE}], ids=["alone", "beside another"])
def test_a_renamed_file_is_one_service_with_a_new_name(tmp_path, others):
    result = compared(tmp_path, {**others, "probe.yaml": PROBE}, {**others, "sondes.yaml": PROBE})
    assert rules(result)["service-renamed"] == ("import", "source")
    assert not {"operation-removed", "operation-added", "operation-renamed"} & set(rules(result))
    assert any("its class Probe is Sondes" in found.message for found in result.findings)


def test_the_names_of_two_compared_files_do_not_matter(tmp_path):
    sides = []
    for name in ("old", "new"):
        (tmp_path / f"{name}.yaml").write_text(PROBE)
        sides.append(read_side([tmp_path / f"{name}.yaml"], unique_package()))
    assert not review(*sides).findings


def test_a_second_service_removes_nothing_of_the_first(tmp_path):
    result = compared(tmp_path, {"probe.yaml": PROBE}, {"probe.yaml": PROBE, "greenhouse.yaml": GREENHOUSE})
    assert not {"operation-removed", "send-removed", "service-renamed"} & set(rules(result))


def test_an_event_in_another_file_has_another_import(tmp_path):
    old, new = ({f"channels/{name}.yaml": CHANNEL.format("vent") for name in (name,)} for name in ("vent", "flap"))
    beside = {"channels/sensor.yaml": CHANNEL.format("sensor")}
    result = compared(tmp_path, {**beside, **old}, {**beside, **new})
    assert rules(result)["module-moved"] == ("import", "source")
    assert result.old_consumer == result.new_consumer == "ok"


def test_a_second_channel_file_leaves_the_package_of_the_first(tmp_path):
    sensor = {"channels/sensor.yaml": CHANNEL.format("sensor")}
    result = compared(tmp_path, sensor, {**sensor, "channels/vent.yaml": CHANNEL.format("vent")})
    assert set(rules(result)) == {"topic-added"}
