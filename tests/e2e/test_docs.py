"""What the documents say can be checked against the code."""

from __future__ import annotations

import re

from topicwright import Settings
from topicwright.config.settings import env_name

from tests.paths import ROOT


def test_every_setting_is_documented() -> None:
    documented = set(re.findall(r"`(MQTT_\w+)`", (ROOT / "docs" / "runtime.md").read_text("utf-8")))
    assert documented >= {env_name(name) for name in Settings.model_fields}


def test_no_document_names_a_setting_that_does_not_exist() -> None:
    known = {env_name(name) for name in Settings.model_fields} | {"MQTT_BROKER_HOST"}
    for file in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        named = set(re.findall(r"\b(MQTT_[A-Z_]+)\b", file.read_text("utf-8")))
        assert named <= known, file


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) < 150


def test_every_relative_link_has_a_target() -> None:
    for file in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", file.read_text("utf-8")):
            assert (file.parent / target).exists(), f"{file.name}: {target}"
