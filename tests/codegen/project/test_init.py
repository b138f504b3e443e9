"""`topicwright init` writes a project that passes its own tests; it overwrites nothing and refuses what cannot work."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from topicwright_codegen.cli import main
from topicwright_codegen.project.config import UsageError
from topicwright_codegen.project.starting.layout import ADDED, FILES, Choices, project_files
from topicwright_codegen.project.starting.names import package_name, project_name
from topicwright_codegen.project.starting.origin import find_origin

HOSTILE = "a \"b\" 'c' #d: {e} [f] `g` <h> $i \\j %k"


def run(folder: Path, *command: str) -> str:
    path = os.pathsep.join((str(folder / "sdk" / "src"), str(folder)))
    environment = {**os.environ, "PYTHONPATH": path, "MYPYPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("MQTT_URL", None)
    program = [sys.executable, "-m", *command]
    done = subprocess.run(program, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_new_project_passes_its_own_checks(tmp_path: Path) -> None:
    assert main(["init", str(tmp_path / "robot"), "--with", "fastapi"]) == 0
    run(tmp_path / "robot", "topicwright_codegen", "check")
    run(tmp_path / "robot", "topicwright_codegen", "lint")
    run(tmp_path / "robot", "ruff", "format", "--check")
    run(tmp_path / "robot", "ruff", "check")
    run(tmp_path / "robot", "mypy", "services/radiator.py", "services/thermostat.py", "tests/test_services.py")


@pytest.mark.parametrize(("name", "envelope"), [("küche & 机器人", "cloudevents"), ("class", "tars"), ("zoo", "none")])
def test_a_new_project_passes_its_own_tests(tmp_path: Path, name: str, envelope: str) -> None:
    assert main(["init", str(tmp_path / name), "--envelope", envelope]) == 0
    run(tmp_path / name, "ruff", "check")
    assert "5 passed" in run(tmp_path / name, "pytest", "-q", "-p", "no:cacheprovider")


def test_any_printable_name_and_broker_make_valid_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broker = "mqtts://user:p%40ss@[::1]:8884"
    assert main(["init", str(tmp_path), "--name", HOSTILE, "--package", "acme.robots", "--broker", broker]) == 0
    assert yaml.safe_load((tmp_path / "asyncapi.yaml").read_text("utf-8"))["info"]["title"] == HOSTILE
    assert tomllib.loads((tmp_path / "pyproject.toml").read_text("utf-8"))["tool"]["topicwright"]["title"] == HOSTILE
    assert tomllib.loads((tmp_path / "sdk/pyproject.toml").read_text("utf-8"))["project"]["name"] == "acme-robots-sdk"
    assert yaml.safe_load((tmp_path / "compose.yaml").read_text())["services"]["broker"]["ports"][0].endswith(
        ":8884:1883"
    )
    assert (tmp_path / ".env").read_text("utf-8").endswith(f"MQTT_URL={broker}\n")
    assert "acme.robots" in capsys.readouterr().err


def test_nothing_is_overwritten_and_what_is_in_the_way_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "Makefile").write_text("mine")
    (tmp_path / ".env").symlink_to("nowhere")
    (tmp_path / "tests").write_text("a file where a folder has to be")
    before = sorted(tmp_path.rglob("*"))
    assert main(["init", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert "Makefile" in said
    assert ".env" in said
    assert "nothing was written" in said
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "Makefile").read_text() == "mine"


@pytest.mark.parametrize("name", ["tests", "services/radiator.py/x", "sdk"])
def test_a_file_in_the_place_of_a_folder_is_refused_before_anything_is_written(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    assert main(["init", str(tmp_path)]) == 2
    assert sorted(tmp_path.rglob("*")) == before


def test_a_folder_with_git_and_other_files_is_fine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    (tmp_path / "notes.txt").write_text("mine")
    monkeypatch.chdir(tmp_path)
    assert main(["init", "--name", "robot"]) == 0
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "package"),
    [
        ("my robot", "my_robot"),
        ("Küche", "kuche"),
        ("机器人", "project"),
        ("class", "class_sdk"),
        ("json", "json_sdk"),
        ("services", "services_sdk"),
        ("topicwright", "topicwright_sdk"),
        ("3d-printer", "project_3d_printer"),
        ("  Desk--Robot 2 ", "desk_robot_2"),
    ],
)
def test_every_name_gives_a_package_that_hides_nothing(name: str, package: str) -> None:
    assert package_name(None, project_name(name, Path())) == package


@pytest.mark.parametrize("name", ["", "  ", "a\x07b", "x" * 81, "\udcff"])
def test_a_name_that_cannot_be_shown_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="--name NAME"):
        project_name(name, Path())


@pytest.mark.parametrize(
    "option",
    [
        ("--package", "class"),
        ("--package", "tests"),
        ("--broker", "http://localhost"),
        ("--broker", "mqtt://a b"),
        ("--broker", "mqtt://localhost:x"),
        ("--wheels", "."),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_written(
    tmp_path: Path, option: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["init", "robot", *option]) == 2
    assert not list(tmp_path.iterdir())


def test_wheels_are_taken_along_and_the_project_finds_them(tmp_path: Path) -> None:
    names = ("topicwright-0.1.0-py3-none-any.whl", "topicwright_codegen-0.1.0-py3-none-any.whl")
    (tmp_path / "dist").mkdir()
    for name in names:
        (tmp_path / "dist" / name).write_bytes(b"")
    assert main(["init", str(tmp_path / "robot"), "--wheels", str(tmp_path / "dist")]) == 0
    assert sorted(path.name for path in (tmp_path / "robot" / "wheels").iterdir()) == sorted(names)
    lines = (tmp_path / "robot" / "requirements.txt").read_text().splitlines()
    assert "--find-links wheels" in lines
    assert "topicwright-codegen>=0.1,<0.2" in lines


def test_a_project_installs_from_the_clone_that_its_compiler_is_in() -> None:
    origin = find_origin()
    assert [line.partition(" @ ")[0] for line in origin.lines] == ["topicwright", "topicwright-codegen"]
    assert all("file:///" in line for line in origin.lines)


def test_a_new_project_is_small_enough_to_read_whole() -> None:
    choices = Choices(
        "robot", "robot", "none", "mqtt://localhost", 1883, (), ("topicwright-codegen",), frozenset(ADDED)
    )
    texts = project_files(choices)
    assert len(texts) == len(FILES) + 2
    assert sum(len(text.splitlines()) for text in texts.values()) < 500


@pytest.mark.parametrize(
    ("runtime", "compiler", "lines"),
    [
        (
            {"url": "file:///a%20b/runtime", "dir_info": {"editable": True}},
            {"url": "file:///a%20b/codegen", "dir_info": {}},
            ("topicwright @ file:///a%20b/runtime", "topicwright-codegen @ file:///a%20b/codegen"),
        ),
        (
            {"url": "https://git.example/t", "vcs_info": {"vcs": "git", "commit_id": "abc"}, "subdirectory": "runtime"},
            {"url": "https://git.example/t", "vcs_info": {"vcs": "git", "commit_id": "abc"}, "subdirectory": "codegen"},
            (
                "topicwright @ git+https://git.example/t@abc#subdirectory=runtime",
                "topicwright-codegen @ git+https://git.example/t@abc#subdirectory=codegen",
            ),
        ),
        (None, None, ()),
        (None, {"url": 5}, ()),
        (None, [], ()),
    ],
)
def test_a_project_installs_from_where_its_compiler_came_from(
    monkeypatch: pytest.MonkeyPatch, runtime: object, compiler: object, lines: tuple[str, ...]
) -> None:
    monkeypatch.setattr("topicwright_codegen.project.starting.origin.distribution", installed(runtime, compiler))
    assert find_origin().lines == lines
    assert bool(find_origin().named) == (not lines)


def test_wheels_that_are_gone_are_no_origin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    records = [
        {"url": f"file://{tmp_path}/{name}-1-py3-none-any.whl"} for name in ("topicwright", "topicwright_codegen")
    ]
    monkeypatch.setattr("topicwright_codegen.project.starting.origin.distribution", installed(*records))
    assert find_origin().lines == ()
    for record in records:
        Path(record["url"].removeprefix("file://")).write_bytes(b"")
    assert [wheel.name for wheel in find_origin().wheels] == [Path(record["url"]).name for record in records]


def test_the_runtime_s_wheel_is_found_beside_that_of_the_compiler(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("topicwright", "topicwright_codegen"):
        (tmp_path / f"{name}-1-py3-none-any.whl").write_bytes(b"")
    record = {"url": (tmp_path / "topicwright_codegen-1-py3-none-any.whl").as_uri()}
    monkeypatch.setattr("topicwright_codegen.project.starting.origin.distribution", installed(None, record))
    assert len(find_origin().wheels) == 2


def installed(runtime: object, compiler: object) -> Callable[[str], Installed]:
    return {"topicwright": Installed(runtime), "topicwright-codegen": Installed(compiler)}.__getitem__


@dataclass(frozen=True)
class Installed:
    """A distribution with a record of where it was installed from; without one, it was by its name."""

    record: object

    def read_text(self, name: str) -> str | None:
        assert name == "direct_url.json"
        return None if self.record is None else json.dumps(self.record)
