"""Which files a catalog may read: nothing above its root, nothing hidden, no URL that is not mapped."""

from __future__ import annotations

from pathlib import Path

import pytest
from topicwright_codegen.cli import main

DOCUMENT = (
    "asyncapi: 3.0.0\ninfo: {{title: T, version: '1'}}\n"
    "channels: {{a: {{address: a/b, messages: {{M: {{summary: s, payload: {{$ref: '{reference}'}}}}}}}}}}\n"
)
SCHEMA = "type: object\nproperties: {x: {$ref: 'common.yaml#/X'}}\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("api", "types", ".hidden"):
        (tmp_path / "project" / name).mkdir(parents=True)
        (tmp_path / "project" / name / "thing.yaml").write_text(SCHEMA, encoding="utf-8")
        (tmp_path / "project" / name / "common.yaml").write_text("X: {type: string}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


def generate(project: Path, reference: str, *more: str) -> int:
    source = project / "api" / "doc.yaml"
    source.write_text(DOCUMENT.format(reference=reference), encoding="utf-8")
    command = ["generate", "--package", "sdk", "--output", str(project / "out"), *more]
    return main([*command, *(() if "--source" in more else ("--source", "api/doc.yaml"))])


def test_file_alone_reads_its_own_folder(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert generate(project, "thing.yaml") == 0
    assert generate(project, "../types/thing.yaml") == 1
    out = capsys.readouterr().out
    assert out.startswith("api/doc.yaml:3:57: TW108 $ref '../types/thing.yaml' leaves the schema root (only files")
    assert "--root DIR" in out


@pytest.mark.parametrize("mark", [".git/", "pyproject.toml"])
def test_file_in_a_project_reads_the_project(project: Path, mark: str) -> None:
    (project / mark).mkdir() if mark.endswith("/") else (project / mark).touch()
    assert generate(project, "../types/thing.yaml") == 0
    assert generate(project, "../../secret.yaml") == 1


def test_folder_is_its_own_root_in_a_project_too(project: Path) -> None:
    (project / ".git").mkdir()
    assert generate(project, "../types/thing.yaml", "--source", "api") == 1


def test_root_can_be_named(project: Path) -> None:
    assert generate(project, "../types/thing.yaml", "--root", ".") == 0
    assert generate(project, "../types/thing.yaml", "--source", "api", "--root", ".") == 0


def test_root_in_the_settings_holds_for_the_sources_in_the_settings(project: Path) -> None:
    settings = "[tool.topicwright]\nsources = ['api/doc.yaml']\npackage = 'sdk'\noutput = 'out'\nroot = 'api'\n"
    (project / "pyproject.toml").write_text(settings, encoding="utf-8")
    (project / "api" / "doc.yaml").write_text(DOCUMENT.format(reference="../types/thing.yaml"), encoding="utf-8")
    assert main(["generate"]) == 1
    (project / "pyproject.toml").write_text(settings.replace("root = 'api'", "root = '.'"), encoding="utf-8")
    assert main(["generate"]) == 0


def test_root_that_the_source_is_not_in_is_status_2(project: Path) -> None:
    assert generate(project, "thing.yaml", "--root", "types") == 2
    assert generate(project, "thing.yaml", "--root", "nowhere") == 2


def test_hidden_files_are_not_read(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert generate(project, "../.hidden/thing.yaml", "--root", ".") == 1
    assert "TW108" in capsys.readouterr().out


def test_source_in_a_hidden_folder_is_read_with_the_files_beside_it(project: Path) -> None:
    (project / ".git").mkdir()
    source = project / ".hidden" / "doc.yaml"
    source.write_text(DOCUMENT.format(reference="thing.yaml"), encoding="utf-8")
    assert main(["generate", "--package", "sdk", "--output", "out", "--source", ".hidden/doc.yaml"]) == 0


def test_url_is_read_from_where_it_is_mapped_to(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = "https://example.com/schemas/v1/thing.yaml"
    assert generate(project, url) == 1
    assert "TW107" in capsys.readouterr().out
    # Of a mapped file only itself is read; a mapped folder is read with what its files refer to in it.
    assert generate(project, url, "--map", f"{url}=types/thing.yaml") == 1
    assert "TW108" in capsys.readouterr().out
    assert generate(project, url, "--map", "https://example.com/schemas/v1/=types") == 0
    assert "x: Omittable[str]" in (project / "out/sdk/a/models.py").read_text(encoding="utf-8")
    assert generate(project, "https://example.com/schemas/v1/../../x", "--map", "https://example.com/=types") == 1


def test_url_is_mapped_in_the_settings(project: Path) -> None:
    settings = "[tool.topicwright.map]\n'https://example.com/' = 'types'\n"
    (project / "pyproject.toml").write_text("[tool.topicwright]\n" + settings, encoding="utf-8")
    assert generate(project, "https://example.com/thing.yaml") == 0


def test_map_to_nowhere_is_status_2(project: Path) -> None:
    assert generate(project, "thing.yaml", "--map", "https://example.com/=nowhere") == 2
    assert generate(project, "thing.yaml", "--map", "types") == 2
