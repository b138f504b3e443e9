"""Reviews before a merge: the GitHub action, the GitLab job and the pre-commit hook."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.paths import ROOT
from tests.review.support.catalogs import one_topic

ACTION = ROOT / ".github" / "actions" / "review"
OLD = one_topic("{type: object, title: State, properties: {k: {type: integer}}}")
NEW = OLD.replace("{type: integer}", "{type: number}")
GH = """\
#!/bin/sh
case "$*" in
*"api user"*) exit 1 ;;
*--method*) echo "$@" >>"$CALLS"; [ -z "${READ_ONLY:-}" ] || { echo "HTTP 403" >&2; exit 1; } ;;
*--jq*) echo "$@" >>"$CALLS"; cat "$KNOWN" ;;
esac
"""


def _git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    return subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def clone(tmp_path):
    """Give a shallow clone of a branch whose base is not in it, as a checkout in CI is."""
    origin = tmp_path / "origin"
    origin.mkdir()
    (origin / "home.yaml").write_text(OLD)
    (origin / "pyproject.toml").write_text('[tool.topicwright]\nsources = ["home.yaml"]\n')
    _git(origin, "init", "-q")
    _git(origin, "config", "uploadpack.allowAnySHA1InWant", "true")
    _git(origin, "add", ".")
    _git(origin, "commit", "-q", "-m", "base")
    base = _git(origin, "rev-parse", "HEAD").strip()
    (origin / "home.yaml").write_text(NEW)
    _git(origin, "commit", "-q", "-a", "-m", "change")
    _git(tmp_path, "clone", "-q", "--depth=1", f"file://{origin}", "clone")
    return tmp_path / "clone", base


def _environment(tmp_path: Path, **more: str) -> dict[str, str]:
    path = os.pathsep.join([str(tmp_path / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "COMMENT": str(tmp_path / "review.md"), **more}


def test_the_action_reviews_a_shallow_checkout_against_its_base(clone, tmp_path):
    folder, base = clone
    environment = _environment(tmp_path, BASE=base, GITHUB_OUTPUT=str(tmp_path / "out"))
    done = subprocess.run(
        ["sh", str(ACTION / "review.sh")], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("::error file=home.yaml,")
    assert (tmp_path / "out").read_text() == "severity=breaking\n"
    assert (tmp_path / "review.md").read_text().startswith("<!-- topicwright-review -->")


@pytest.mark.parametrize(("known", "expected"), [("", "POST"), ("77\n78\n", "PATCH repos/o/r/issues/comments/77")])
def test_the_comment_is_written_once_and_updated_in_place(tmp_path, known, expected):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "gh").write_text(GH)
    (tmp_path / "bin" / "gh").chmod(0o755)
    (tmp_path / "known").write_text(known)
    calls = tmp_path / "calls"
    more = {"CALLS": str(calls), "KNOWN": str(tmp_path / "known"), "GITHUB_REPOSITORY": "o/r", "NUMBER": "5"}
    subprocess.run(["sh", str(ACTION / "comment.sh")], env=_environment(tmp_path, **more), check=True)
    first, second = calls.read_text().splitlines()
    assert 'select(.user.login == "github-actions[bot]")' in first
    assert "repos/o/r/issues/5/comments" in first
    assert f"--method {expected}" in second
    assert f"body=@{tmp_path / 'review.md'}" in second


def test_a_token_that_only_reads_is_no_failure_but_a_notice(tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "gh").write_text(GH)
    (tmp_path / "bin" / "gh").chmod(0o755)
    (tmp_path / "known").write_text("")
    more = {"CALLS": str(tmp_path / "calls"), "KNOWN": str(tmp_path / "known"), "READ_ONLY": "1"}
    environment = _environment(tmp_path, GITHUB_REPOSITORY="o/r", NUMBER="5", **more)
    done = subprocess.run(["sh", str(ACTION / "comment.sh")], env=environment, capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stdout.startswith("::notice::")


def test_no_module_of_the_checkout_is_imported():
    scripts = [
        ACTION / "action.yml",
        ACTION / "review.sh",
        ACTION / "comment.sh",
        ROOT / ".ci" / "review.gitlab-ci.yml",
    ]
    for script in scripts:
        for line in script.read_text().splitlines():
            assert "python3" not in line or "python3 -I " in line, line


def test_the_steps_of_the_action_name_files_that_are_there():
    action = yaml.safe_load((ACTION / "action.yml").read_text())
    assert action["runs"]["using"] == "composite"
    for step in action["runs"]["steps"]:
        assert step["shell"] == "bash"
        for name in ("review.sh", "comment.sh"):
            assert name not in step["run"] or (ACTION / name).is_file()
    assert "./.github/actions/review" in (ROOT / ".github" / "workflows" / "review.yml").read_text()


def test_the_job_for_gitlab_and_the_hooks_are_valid_yaml_and_name_the_command():
    job = yaml.safe_load((ROOT / ".ci" / "review.gitlab-ci.yml").read_text())["topicwright-review"]
    assert any("topicwright diff" in line for line in job["script"])
    hooks = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    assert {"topicwright-generate", "topicwright-check", "topicwright-lint", "topicwright-diff"} <= hooks.keys()
    assert hooks["topicwright-diff"]["entry"] == "topicwright diff"
