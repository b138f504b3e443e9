"""A run that has nothing to do does nothing, and one that has something to do is never taken for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
import topicwright_codegen.compiler
from topicwright_codegen.cli import main
from topicwright_codegen.output import run_record as cache
from topicwright_codegen.output.compiled import Compiled
from topicwright_codegen.output.reuse import Reuse
from topicwright_codegen.project.config import Config

CATALOG = """\
asyncapi: 3.0.0
info: {title: Test, version: 1.0.0}
channels:
  a:
    address: a/b
    messages:
      Thing: {name: thing.done, payload: {$ref: '../schemas/thing.yaml'}}
"""
SETTINGS = '[tool.topicwright]\nsources = ["catalog"]\npackage = "sdk"\noutput = "src"\nroot = "."\n'


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in (
        ("catalog/things.yaml", CATALOG),
        ("schemas/thing.yaml", "type: object\nproperties: {name: {type: string}}\n"),
        ("pyproject.toml", SETTINGS),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / ".records"))
    settle(tmp_path)
    return tmp_path


def settle(folder: Path) -> None:
    """Wait until no file of a folder is so young that a run might not know what it has read."""
    youngest = max(path.stat().st_ctime_ns for path in folder.rglob("*"))
    deadline = time.monotonic() + 5
    while time.time_ns() < youngest + 50_000_000:
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that grows with each compilation."""
    found: list[int] = []
    original = topicwright_codegen.compiler.compile_catalog

    def counted(config: Config, reuse: Reuse) -> Compiled:
        found.append(1)
        return original(config, reuse)

    monkeypatch.setattr(topicwright_codegen.compiler, "compile_catalog", counted)
    return found


def test_nothing_is_compiled_where_nothing_has_changed(
    project: Path, compilations: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["generate"]) == 0
    said = capsys.readouterr()
    assert [main(["check"]), main(["generate"]), main(["check"])] == [0, 0, 0]
    assert len(compilations) == 1
    assert "1 topic, 0 services, 0 of 9 files changed" in capsys.readouterr().err
    assert said.out == ""


def test_warnings_are_reported_again(
    project: Path, compilations: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    text = CATALOG.replace("payload: {$ref: '../schemas/thing.yaml'}", "contentType: text/csv, payload: {}")
    (project / "catalog" / "things.yaml").write_text(text, encoding="utf-8")
    settle(project)
    main(["generate"])
    first = capsys.readouterr().out
    main(["check"])
    assert len(compilations) == 1
    assert "TW307" in first
    assert capsys.readouterr().out == first


def write(name: str, text: str) -> Callable[[Path], None]:
    return lambda project: (project / name).write_text(text, encoding="utf-8") and None


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (write("catalog/things.yaml", CATALOG + "x-owner: me\n"), 0),
        (write("catalog/things.yaml", CATALOG.replace("thing.done", "thing.over")), 1),
        (write("schemas/thing.yaml", "type: object\nproperties: {size: {type: string}}\n"), 1),
        (write("catalog/more.yaml", CATALOG.replace("a/b", "b/c").replace("thing.done", "more.done")), 1),
        (write("src/sdk/a/models.py", "x = 1\n"), 1),
        (write("src/sdk/mine.py", "x = 1\n"), 1),
        (lambda project: (project / "src/sdk/py.typed").unlink(), 1),
        (write("pyproject.toml", SETTINGS + 'title = "Other"\n'), 1),
        (write("pyproject.toml", SETTINGS + 'unknown_fields = "keep"\n'), 1),
    ],
    ids=[
        "source",
        "meaning of a source",
        "file that is referred to",
        "new file",
        "edit by hand",
        "file of someone else",
        "deleted file",
        "title",
        "unknown fields",
    ],
)
def test_any_change_is_compiled(
    project: Path, compilations: list[int], change: Callable[[Path], None], status: int
) -> None:
    main(["generate"])
    change(project)
    assert main(["check"]) == status
    assert len(compilations) == 2


def test_another_compiler_compiles_again(
    project: Path, compilations: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["generate"])
    monkeypatch.setattr(cache, "_compiler", lambda: "another")
    main(["check"])
    assert len(compilations) == 2


def test_a_file_that_may_have_changed_under_the_run_is_not_trusted(project: Path, compilations: list[int]) -> None:
    (project / "catalog" / "things.yaml").write_text(CATALOG, encoding="utf-8")
    main(["generate"])
    main(["check"])
    assert len(compilations) == 2


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"key": 1}', "\x00"])
def test_a_broken_record_is_ignored(project: Path, compilations: list[int], content: str) -> None:
    main(["generate"])
    for path in (project / ".records").iterdir():
        path.write_text(content, encoding="utf-8")
    assert main(["check"]) == 0
    assert len(compilations) == 2


def test_a_folder_that_cannot_be_written_only_costs_time(
    project: Path, compilations: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(cache.FOLDER, str(project / "pyproject.toml" / "records"))
    assert [main(["generate"]), main(["check"])] == [0, 0]
    assert len(compilations) == 2
