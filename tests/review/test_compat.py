"""Old code against the new SDK."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from topicwright_codegen.cli import main
from topicwright_codegen.review.compat.new_errors import added_errors
from topicwright_codegen.review.compat.type_checkers import CheckerError

from tests.review.support.catalogs import one_topic

OLD = one_topic("{type: object, title: State, required: [k], properties: {k: {type: integer}, gone: {type: string}}}")
CODE = """\
from home import HomeClient
from home.home import State

wrong: int = "an error that was there before"


async def work(client: HomeClient) -> None:
    await client.publish_home_state(State(k=1, gone="x"))
"""
SETTINGS = '[tool.topicwright]\nsources = ["home.yaml"]\npackage = "home"\noutput = "sdk"\ncompat = ["services"]\n'


@pytest.fixture
def repository(tmp_path: Path, monkeypatch):
    (tmp_path / "services").mkdir()
    (tmp_path / "services" / "worker.py").write_text(CODE)
    (tmp_path / "home.yaml").write_text(OLD)
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "one"]):
        subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("checker", ["mypy", pytest.param("pyright", marks=pytest.mark.slow)])
def test_only_new_errors_are_reported_with_the_change_behind_them(repository, capsys, checker):
    (repository / "home.yaml").write_text(OLD.replace(", gone: {type: string}", ""))
    (repository / "services" / "worker.py").write_text("the code of today does not matter")
    assert main(["compat", "--against", "HEAD", "--checker", checker, "--format", "json"]) == 1
    (error,) = json.loads(capsys.readouterr().out)["errors"]
    assert (error["file"], error["line"]) == ("services/worker.py", 8)
    assert "gone" in error["message"]
    assert error["finding"]["rule"] == "field-removed"


def test_an_unchanged_catalog_has_no_new_error(repository, capsys):
    assert main(["compat", "--against", "HEAD", "--checker", "mypy"]) == 0
    assert capsys.readouterr().err.startswith("0 new type errors")


def test_an_error_that_comes_a_second_time_is_new():
    one = CheckerError("a.py", 1, "mypy", "x", "text")
    assert added_errors([one], [one, one]) == [one]


def test_code_that_the_ref_does_not_have_is_reported(repository, capsys):
    assert main(["compat", "--against", "HEAD", "nowhere"]) == 2
    assert "HEAD has no nowhere" in capsys.readouterr().err
