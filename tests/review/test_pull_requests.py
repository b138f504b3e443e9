"""Reviews before a merge: the GitHub action, the GitLab job and the pre-commit hook."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.paths import ROOT
from tests.review.support.action_run import ACTION, run_action
from tests.review.support.catalogs import one_topic
from tests.review.support.recorded_api import REFUSED, recorded_api

OLD = one_topic("{type: object, title: State, properties: {k: {type: integer}}}")
NEW = OLD.replace("{type: integer}", "{type: number}")
EVIL = "import pathlib\npathlib.Path(%r).write_text('executed')\n"
STOLEN = ("json", "pip", "yaml", "topicwright", "topicwright_codegen", "sitecustomize", "encodings", "urllib")
BOT = "github-actions[bot]"
COMMENTS = "/repos/o/r/issues/5/comments"
PAGE = f"GET {COMMENTS}?per_page=100&page=1"
MARKER = "<!-- topicwright-review -->"


def _comment(number: int, login: str, body: str) -> dict:
    return {"id": number, "user": {"login": login, "type": "Bot"}, "body": body, "author_association": "NONE"}


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


def _run(clone, tmp_path: Path, answers: dict, token: str = "t0k", **inputs: str):
    folder, base = clone
    event = {"pull_request": {"number": 5, "base": {"sha": base}}}
    with recorded_api(answers) as api:
        done = run_action(folder, tmp_path / "temp", event, api.url, token, **{"install": "", **inputs})
    return done, api


def test_the_action_reviews_a_shallow_checkout_against_its_base(clone, tmp_path):
    done, api = _run(clone, tmp_path, {"GET /user": REFUSED, PAGE: (200, []), f"POST {COMMENTS}": (201, {"id": 1})})
    assert done.failed, "a breaking change fails the job"
    assert "::error file=home.yaml," in done.log
    assert done.outputs == {"severity": "breaking"}
    assert done.summary.startswith(MARKER)
    assert api.bodies[f"POST {COMMENTS}"]["body"] == done.summary
    assert all(one["Authorization"] == "Bearer t0k" for one in api.headers)


def test_our_comment_is_known_by_its_author_and_updated_in_place(clone, tmp_path):
    others = [_comment(70, "mallory", f"{MARKER} mine"), _comment(71, BOT, "of another action")]
    answers = {
        "GET /user": REFUSED,
        PAGE: (200, [*others, *(_comment(at, "ann", "hi") for at in range(98))]),
        f"GET {COMMENTS}?per_page=100&page=2": (200, [_comment(77, BOT, f"{MARKER}\nold"), _comment(78, BOT, MARKER)]),
        "PATCH /repos/o/r/issues/comments/77": (200, {"id": 77}),
    }
    done, api = _run(clone, tmp_path, answers)
    assert api.asked[-1] == "PATCH /repos/o/r/issues/comments/77"
    assert "::notice::" not in done.log


def test_a_token_of_a_user_updates_the_comment_of_that_user(clone, tmp_path):
    answers = {
        "GET /user": (200, {"login": "reviewer"}),
        PAGE: (200, [_comment(7, BOT, MARKER), _comment(8, "reviewer", MARKER)]),
        "PATCH /repos/o/r/issues/comments/8": (200, {"id": 8}),
    }
    assert _run(clone, tmp_path, answers)[1].asked[-1] == "PATCH /repos/o/r/issues/comments/8"


@pytest.mark.parametrize("token", ["", "reads-only"])
def test_a_pull_request_of_a_fork_is_green_with_the_review_in_the_summary(clone, tmp_path, token):
    answers = {"GET /user": REFUSED, PAGE: (200, []), f"POST {COMMENTS}": REFUSED}
    done, _ = _run(clone, tmp_path, answers, token, fail_on="strict" if token else "breaking", paths="home.yaml")
    assert "::notice::the review is in the summary of the job" in done.log
    assert done.summary.startswith(MARKER)
    (clone[0] / "home.yaml").write_text(OLD)  # nothing is changed: only the comment could fail
    assert not _run(clone, tmp_path, answers, token)[0].failed


def test_an_api_that_cannot_be_reached_fails_no_review(clone, tmp_path):
    (clone[0] / "home.yaml").write_text(OLD)
    event = {"pull_request": {"number": 5, "base": {"sha": clone[1]}}}
    done = run_action(clone[0], tmp_path / "temp", event, "http://127.0.0.1:1", "t", install="")
    assert not done.failed
    assert "::notice::" in done.log


def test_nothing_of_the_checkout_is_executed(clone, tmp_path):
    mark = tmp_path / "executed"
    for name in STOLEN:
        (clone[0] / f"{name}.py").write_text(EVIL % str(mark))
    (clone[0] / "usercustomize.py").write_text(EVIL % str(mark))
    (clone[0] / "bash").write_text(f"#!/bin/sh\ntouch {mark}\n")
    (clone[0] / "topicwright").write_text(f"#!/bin/sh\ntouch {mark}\n")
    for name in ("bash", "topicwright"):
        (clone[0] / name).chmod(0o755)
    answers = {"GET /user": REFUSED, PAGE: (200, []), f"POST {COMMENTS}": (201, {"id": 1})}
    done, api = _run(clone, tmp_path, answers, install="--dry-run pip")
    assert done.outputs == {"severity": "breaking"}
    assert api.asked[-1] == f"POST {COMMENTS}"
    assert not mark.exists()


def test_without_a_pull_request_there_is_a_summary_and_no_comment(clone, tmp_path):
    with recorded_api({}) as api:
        event = {"before": clone[1]}
        done = run_action(clone[0], tmp_path / "temp", event, api.url, "t", install="", sarif="out.sarif")
    assert done.skipped == ["install topicwright", "comment"]
    assert not api.asked
    assert done.summary.startswith(MARKER)
    assert (clone[0] / "out.sarif").is_file()


def test_the_comment_of_a_thousand_changes_is_below_the_limit_of_the_platform(clone, tmp_path):
    fields = ", ".join(f"a_field_with_a_long_name_{at}: {{type: integer}}" for at in range(1000))
    folder, _ = clone
    (folder / "home.yaml").write_text(one_topic(f"{{type: object, title: State, properties: {{{fields}}}}}"))
    _git(folder, "commit", "-q", "-a", "-m", "many")
    base = _git(folder, "rev-parse", "HEAD").strip()
    (folder / "home.yaml").write_text(OLD)
    answers = {"GET /user": REFUSED, PAGE: (200, []), f"POST {COMMENTS}": (201, {"id": 1})}
    _, api = _run((folder, base), tmp_path, answers, against=base)
    body = api.bodies[f"POST {COMMENTS}"]["body"]
    assert 10_000 < len(body) < 65_536
    assert len(body.encode()) < 65_536


def test_the_note_in_gitlab_is_that_of_the_token(clone, tmp_path):
    job = yaml.safe_load((ROOT / ".ci" / "review.gitlab-ci.yml").read_text())["topicwright-review"]
    script = next(part for part in job["script"] if "<<'PYTHON'" in part)
    notes = "/api/v4/projects/1/merge_requests/2/notes"
    (clone[0] / "review.md").write_text(f"{MARKER}\nnew")
    (clone[0] / "json.py").write_text("raise SystemExit('executed')")
    known = [{"id": 5, "author": {"id": 3}, "body": MARKER}, {"id": 6, "author": {"id": 9}, "body": MARKER}]
    answers = {
        "GET /api/v4/user": (200, {"id": 9}),
        f"GET {notes}?per_page=100": (200, known),
        f"PUT {notes}/6": (200, {"id": 6}),
    }
    with recorded_api(answers) as api:
        variables = {"CI_API_V4_URL": f"{api.url}/api/v4", "CI_PROJECT_ID": "1", "CI_MERGE_REQUEST_IID": "2"}
        environment = {**os.environ, **variables, "TOPICWRIGHT_TOKEN": "t"}
        subprocess.run(["bash", "-ec", script], cwd=clone[0], env=environment, check=True)
    assert api.asked[-1] == f"PUT {notes}/6"
    assert api.bodies[f"PUT {notes}/6"] == {"body": f"{MARKER}\nnew"}


def test_no_module_of_the_checkout_is_imported():
    scripts = [
        ACTION / "action.yml",
        ACTION / "review.sh",
        ACTION / "comment.py",
        ROOT / ".ci" / "review.gitlab-ci.yml",
    ]
    for script in scripts:
        for line in script.read_text().splitlines():
            assert "python3 " not in line or "python3 -I " in line, line


def test_the_steps_of_the_action_name_files_that_are_there():
    action = yaml.safe_load((ACTION / "action.yml").read_text())
    assert action["runs"]["using"] == "composite"
    for step in action["runs"]["steps"]:
        assert step["shell"] == "bash"
        for name in ("review.sh", "comment.py"):
            assert name not in step["run"] or (ACTION / name).is_file()
    assert "./.github/actions/review" in (ROOT / ".github" / "workflows" / "review.yml").read_text()


def test_the_job_for_gitlab_and_the_hooks_are_valid_yaml_and_name_the_command():
    job = yaml.safe_load((ROOT / ".ci" / "review.gitlab-ci.yml").read_text())["topicwright-review"]
    assert any("topicwright diff" in line for line in job["script"])
    hooks = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    assert {"topicwright-generate", "topicwright-check", "topicwright-lint", "topicwright-diff"} <= hooks.keys()
    assert hooks["topicwright-diff"]["entry"] == "topicwright diff"
