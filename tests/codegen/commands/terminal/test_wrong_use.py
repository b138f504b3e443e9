"""Each command answers what it cannot do with one line and the right status, and leaves files as they were."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from topicwright_codegen.cli import COMMANDS, main

from tests.codegen.support.command_lines import LINES, make_project

NOT_THERE = {
    "init": ("home.yaml",),
    "generate": ("nowhere.yaml", "--package", "sdk", "--output", "out"),
    "check": ("nowhere.yaml", "--package", "sdk", "--output", "out"),
    "watch": ("nowhere.yaml", "--format", "nonsense"),
    "lint": ("nowhere.yaml",),
    "explain": ("TW999",),
    "schema": ("--output", "nowhere/x"),
    "infer": ("nowhere.jsonl",),
    "export": ("nowhere",),
    "bundle": ("nowhere.yaml",),
    "acl": ("nowhere.yaml",),
    "diff": ("nowhere.yaml", "home.yaml"),
    "snapshot": ("--check", "nowhere"),
    "compat": ("nowhere.py", "--against", "HEAD"),
    "doctor": ("unix:///nowhere",),
    "completion": ("nowhere",),
}
"""For each command, something that is not there."""
A_FOLDER = (
    ("infer", "folder"),
    ("infer", "kept.jsonl", "--save", "folder"),
    ("bundle", "--output", "folder"),
    ("acl", "--output", "folder"),
    ("acl", "--broker", "mosquitto-dynsec", "--output", "folder"),
    ("schema", "--output", "folder"),
    ("export", "anlage", "--output", "folder"),
    ("diff", "before.yaml", "home.yaml", "--format", "html=folder"),
    ("diff", "before.yaml", "home.yaml", "--approvals", "folder"),
    ("diff", "before.yaml", "home.yaml", "--snapshot", "folder"),
    ("snapshot", "--check", "folder"),
)
"""A folder where a file has to be."""
NOT_TEXT = (
    ("acl", "--broker", "mosquitto-dynsec", "--output", "bytes"),
    ("export", "anlage", "--output", "bytes"),
)
WRITING = (
    ("bundle", "--output", "TARGET"),
    ("acl", "--output", "TARGET"),
    ("schema", "--output", "TARGET"),
    ("export", "anlage", "--output", "TARGET"),
    ("diff", "before.yaml", "home.yaml", "--format", "html=TARGET"),
    ("generate", "--output", "TARGET"),
    ("init", "TARGET"),
)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(make_project(tmp_path))
    monkeypatch.delenv("MQTT_URL", raising=False)
    (tmp_path / "folder").mkdir()
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    return tmp_path


def refused(capsys: pytest.CaptureFixture[str], *line: str) -> str:
    """Run a command that must end with status 2 and one line on standard error."""
    try:
        status = main(line)
    except SystemExit as ended:
        status = int(ended.code or 0)
    said = capsys.readouterr()
    assert (status, said.out) == (2, ""), said
    assert len(said.err.splitlines()) == 1
    return said.err


def test_each_command_has_something_that_can_be_missing() -> None:
    assert set(NOT_THERE) == set(COMMANDS) == set(LINES)


@pytest.mark.parametrize("name", COMMANDS)
def test_what_is_not_there_is_one_line_with_its_name(
    name: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = NOT_THERE[name]
    said = refused(capsys, name, *line)
    assert next(word for word in line if word in said)


@pytest.mark.parametrize("line", A_FOLDER, ids=" ".join)
def test_a_folder_in_place_of_a_file_is_one_line(
    line: tuple[str, ...], project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "folder" in refused(capsys, *line) or "--save" in line


@pytest.mark.parametrize("line", NOT_TEXT, ids=" ".join)
def test_bytes_in_place_of_a_text_are_one_line(
    line: tuple[str, ...], project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "bytes is not UTF-8" in refused(capsys, *line)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("line", WRITING, ids=" ".join)
def test_a_folder_that_may_not_be_written_is_one_line(
    line: tuple[str, ...], project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "folder").chmod(0o500)
    assert "ermission denied" in refused(capsys, *(word.replace("TARGET", "folder/x") for word in line))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("line", [line for line in WRITING if line[0] not in ("generate", "init", "export")])
def test_a_disk_that_is_full_is_one_line(
    line: tuple[str, ...], project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(capsys, *(word.replace("TARGET", "/dev/full") for word in line))
    assert "/dev/full cannot be written: No space left on device" in said


def test_a_file_that_cannot_be_written_whole_stays_as_it_was(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "written").write_text("before", "utf-8")
    (project / "written").chmod(0o640)
    (project / "link").symlink_to("written")
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))  # the system ends each write after a hundred bytes
    try:
        said = refused(capsys, "bundle", "--output", "link")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "link cannot be written: File too large" in said
    assert (project / "written").read_text("utf-8") == "before"
    assert not [path.name for path in project.iterdir() if path.name.startswith(".written")]
    assert main(["bundle", "--output", "link"]) == 0
    assert (project / "link").is_symlink()
    assert (project / "written").stat().st_mode & 0o777 == 0o640


def test_code_of_the_user_cannot_write_into_a_document_or_end_the_command(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "leaving.py").write_text("print('hello')\nraise SystemExit(0)\n", "utf-8")
    (project / "loud.py").write_text("print('hello')\nfrom anlage import *\n", "utf-8")
    assert main(["export", "leaving"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "cannot import leaving: it ends the program" in said.err
    assert main(["export", "loud"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("# Written by")
    assert "hello" in said.err
