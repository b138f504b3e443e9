"""Findings and documents are on standard output, everything about the run on standard error, whatever they can show."""

from __future__ import annotations

import ast
import errno
import io
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from topicwright_codegen.cli import COMMANDS, main, whole_parser
from typing_extensions import override

from tests.codegen.support.command_lines import CATALOG, ENDLESS, FINDS, LINES, WRITES_DOCUMENT, make_project
from tests.paths import ROOT

ENCODINGS = ("cp1252", "ascii", "latin-1", "utf-16")
ENDING = [name for name in COMMANDS if name not in ENDLESS]
FAILING = ("compat", "doctor")
"""Of the runs, those that cannot reach what they need."""
BROKEN = CATALOG.replace("{$ref: '#/channels/reading'}", "{$ref: '#/channels/räume'}")
BREAKS = {
    "generate": (),
    "check": (),
    "lint": (),
    "bundle": ("--output", "written"),
    "acl": ("--output", "written"),
    "diff": ("before.yaml", "home.yaml"),
    "snapshot": ("--check", "kept.jsonl"),
    "compat": ("anlage.py", "--against", "HEAD", "--checker", "mypy"),
}
"""Runs that read the catalog, and have standard output for their findings."""
COMPILING = ("generate", "check", "lint")


@dataclass
class Done:
    status: int
    out: bytes
    err: bytes


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(make_project(tmp_path))
    monkeypatch.delitem(sys.modules, "anlage", raising=False)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def run(
    patch: pytest.MonkeyPatch, arguments: Sequence[str], encoding: str = "utf-8", out: io.RawIOBase | None = None
) -> Done:
    """Run a command with streams of an encoding, as the interpreter makes them."""
    kept, err = io.BytesIO(), io.BytesIO()
    output = io.TextIOWrapper(io.BufferedWriter(out) if out else kept, encoding=encoding)
    error = io.TextIOWrapper(err, encoding=encoding)
    with patch.context() as streams:
        streams.setattr(sys, "stdout", output)
        streams.setattr(sys, "stderr", error)
        try:
            status = main(arguments)
        except SystemExit as ended:
            status = int(ended.code or 0)
    if isinstance(out, Broken):
        out.number = 0  # or the interpreter would complain when it closes the stream
    error.flush()
    return Done(status, kept.getvalue(), err.getvalue())


def test_each_command_has_a_line_and_the_parser_knows_no_other() -> None:
    choices = [action.choices for action in whole_parser().arguments() if isinstance(action.choices, dict)]
    assert set(LINES) == set(COMMANDS) == set(choices[0])


@pytest.mark.parametrize("name", ENDING)
def test_no_encoding_of_the_streams_ends_a_command(name: str, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, encoding in enumerate(ENCODINGS):
        line = (f"neu{number}",) if name == "init" else LINES[name]
        if name == "check":
            (project / "out" / "sdk").mkdir(parents=True, exist_ok=True)
        done = run(monkeypatch, [name, *line], encoding)
        assert b"Traceback" not in done.err
        assert done.status == (2 if name in FAILING else int(name in FINDS)), done.err
        done.err.decode(encoding)
        done.out.decode("utf-8" if name in WRITES_DOCUMENT and encoding != "utf-16" else encoding)
        if name in ("bundle", "export", "infer"):
            assert yaml.safe_load(done.out.decode("utf-16") if encoding == "utf-16" else done.out)
        if name in ("bundle", "acl"):
            assert "温度" in done.out.decode("utf-16" if encoding == "utf-16" else "utf-8")


@pytest.mark.parametrize("name", ENDING)
def test_standard_output_has_what_was_asked_for_and_no_word_of_the_run(
    name: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = run(monkeypatch, [name, *LINES[name]])
    assert bool(done.out) == (name in (*FINDS, *WRITES_DOCUMENT)), done.out
    assert b"topicwright" not in done.out.split(b"\n")[0] or name in WRITES_DOCUMENT
    if name in FINDS:
        assert not set(done.out.splitlines()) & set(done.err.splitlines())


@pytest.mark.parametrize("name", BREAKS)
def test_errors_of_a_document_are_findings_on_standard_output(
    name: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "home.yaml").write_text(BROKEN, "utf-8")
    done = run(monkeypatch, [name, *BREAKS[name]])
    assert done.status == 1
    assert done.out.startswith(b"home.yaml:9:"), done.err
    assert b"home.yaml:" not in done.err
    assert not (project / "written").exists()


@pytest.mark.parametrize("line", [["bundle"], ["acl"], ["diff", "before.yaml", "home.yaml", "--format", "json"]])
def test_errors_of_a_document_are_no_part_of_another_document(
    line: list[str], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "home.yaml").write_text(BROKEN, "utf-8")
    done = run(monkeypatch, line)
    assert (done.status, done.out) == (1, b"")
    assert done.err.startswith(b"home.yaml:9:")


@pytest.mark.parametrize("name", COMPILING)
@pytest.mark.parametrize("format_", ["json", "sarif", "github"])
def test_formats_for_machines_have_standard_output_for_themselves(
    name: str, format_: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "home.yaml").write_text(BROKEN, "utf-8")
    monkeypatch.setenv("FORCE_COLOR", "1")
    done = run(monkeypatch, [name, "--format", format_], "ascii")
    assert done.status == 1
    assert b"home.yaml" not in done.err
    if format_ == "github":
        assert all(line.startswith(b"::") for line in done.out.splitlines())
    else:
        assert json.loads(done.out)


def test_the_compiler_writes_to_streams_in_one_place() -> None:
    folder = ROOT / "codegen" / "src" / "topicwright_codegen"
    writing = {path.relative_to(folder).parent for path in folder.rglob("*.py") if _writes(path)}
    assert writing == {Path("commands/terminal")}


def _writes(path: Path) -> bool:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            return True
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("sys.stdout", "sys.stderr"):
            return True
    return False


class Broken(io.RawIOBase):
    """A stream that fails as the system would."""

    def __init__(self, number: int) -> None:
        self.number = number

    @override
    def writable(self) -> bool:
        return True

    @override
    def write(self, text: Any) -> int:
        if self.number:
            raise OSError(self.number, "No space left on device")
        return len(text)


@pytest.mark.parametrize("name", [*FINDS, *WRITES_DOCUMENT, "--help", "--version"])
def test_a_full_disk_and_a_closed_pipe_have_their_own_status(
    name: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name == "check":
        (project / "out" / "sdk").mkdir(parents=True)
    line = [name, *LINES.get(name, ())]
    full, closed = Broken(errno.ENOSPC), Broken(errno.EPIPE)
    done = run(monkeypatch, line, out=full)
    assert done.status == 2
    assert b"topicwright: standard output: No space left on device\n" in done.err
    ended = run(monkeypatch, line, out=closed)
    assert ended.status == 141
    assert b"Broken" not in ended.err
