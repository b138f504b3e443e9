"""The command: generate, check, lint, and their exit statuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from topicwright_codegen import __version__
from topicwright_codegen.cli import main

CATALOG = """\
asyncapi: 3.0.0
info: {title: Test, version: 1.0.0}
channels:
  a:
    address: a/b
    messages:
      Thing:
        name: thing.done
        summary: A thing is done.
        payload:
          type: object
          properties:
            name: {type: string, description: Its name.}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "things.yaml").write_text(CATALOG, encoding="utf-8")
    settings = '[tool.topicwright]\nsources = ["schema"]\npackage = "sdk"\noutput = "src"\n'
    aliases = '[tool.topicwright.aliases]\n"sdk.old.client" = ["topicwright:MQTTClient"]\n'
    (tmp_path / "pyproject.toml").write_text(settings + aliases, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files(project: Path) -> dict[str, bytes]:
    return {path.relative_to(project).as_posix(): path.read_bytes() for path in (project / "src").rglob("*.*")}


def test_generate_writes_the_package_and_check_agrees(project: Path) -> None:
    assert main(["generate"]) == 0
    assert set(files(project)) == {
        "src/sdk/TOPICS.md",
        "src/sdk/__init__.py",
        "src/sdk/_client.py",
        "src/sdk/_topics.py",
        "src/sdk/a/__init__.py",
        "src/sdk/a/models.py",
        "src/sdk/a/topics.py",
        "src/sdk/old/__init__.py",
        "src/sdk/old/client.py",
        "src/sdk/py.typed",
        "src/sdk/topicwright.json",
    }
    assert main(["check"]) == 0


def test_settings_are_found_from_a_folder_below(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["generate"]) == 0
    monkeypatch.chdir(project / "schema")
    assert main(["check"]) == 0


def test_generate_touches_only_what_changed(project: Path) -> None:
    main(["generate"])
    before = {path: path.stat().st_mtime_ns for path in (project / "src").rglob("*.*")}
    source = project / "schema" / "things.yaml"
    source.write_text(CATALOG + "            size: {type: integer, description: Its size.}\n", encoding="utf-8")
    old = files(project)
    main(["generate"])
    changed = {path.name for path, time in before.items() if path.stat().st_mtime_ns != time}
    assert changed == {"models.py", "topicwright.json"}
    new = files(project)["src/sdk/a/models.py"].decode().splitlines()
    added = [line for line in new if line and line not in old["src/sdk/a/models.py"].decode().splitlines()]
    assert added == ["    size: Omittable[int] = None", '    """Its size."""']


def test_any_changed_byte_fails_the_check_with_a_diff(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["generate"])
    for path in sorted(path for path in (project / "src").rglob("*.*") if path.is_file()):
        original = path.read_bytes()
        path.write_bytes(original + b"#")
        capsys.readouterr()
        assert main(["check"]) == 1, path
        assert f"--- src/sdk/{path.relative_to(project / 'src/sdk')} (committed)" in capsys.readouterr().out
        path.write_bytes(original)
    assert main(["check"]) == 0


@pytest.mark.parametrize("change", ["", "\r\n", "\ufeff"])
def test_line_ends_and_marks_count_as_changes(project: Path, change: str) -> None:
    main(["generate"])
    path = project / "src/sdk/a/models.py"
    text = path.read_bytes().decode()
    path.write_bytes((text.replace("\n", "\r\n") if change == "\r\n" else change + text).encode())
    assert main(["check"]) == (1 if change else 0)


def test_missing_and_foreign_files_fail_the_check(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["generate"])
    (project / "src/sdk/a/models.py").unlink()
    assert main(["check"]) == 1
    main(["generate"])
    (project / "src/sdk/mine.py").write_text("x = 1\n", encoding="utf-8")
    assert main(["check"]) == 1
    assert "-x = 1" in capsys.readouterr().out
    assert main(["generate"]) == 0
    assert (project / "src/sdk/mine.py").exists(), "a file of someone else is not deleted"


@pytest.fixture
def stale(project: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Give a project with one file edited, one deleted and one that is not generated."""
    main(["generate"])
    (project / "src/sdk/mine.py").write_text("x = 1\n", encoding="utf-8")
    (project / "src/sdk/a/topics.py").unlink()
    edited = project / "src/sdk/a/models.py"
    edited.write_text(edited.read_text("utf-8").replace("Its name", "A name"), encoding="utf-8")
    capsys.readouterr()
    return project


def test_formats_for_machines_report_each_stale_file_where_it_differs(
    stale: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--format", "json"]) == 1
    found = {one["path"]: one for one in json.loads(capsys.readouterr().out) if one["code"] == "TW281"}
    assert found.keys() == {"src/sdk/mine.py", "src/sdk/a/topics.py", "src/sdk/a/models.py"}
    lines = (stale / "src/sdk/a/models.py").read_text("utf-8").splitlines()
    assert "A name" in lines[found["src/sdk/a/models.py"]["line"] - 1]
    assert "is missing" in found["src/sdk/a/topics.py"]["message"]
    assert "is not generated" in found["src/sdk/mine.py"]["message"]
    assert main(["check", "--format", "github"]) == 1
    assert capsys.readouterr().out.count("::error file=src/sdk/") == 3
    assert main(["check", "--format", "sarif"]) == 1
    results = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    assert [one["ruleId"] for one in results].count("TW281") == 3


def test_the_diff_has_a_summary_and_stat_has_a_line_for_each_file(
    stale: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check"]) == 1
    shown = capsys.readouterr()
    assert "--- src/sdk/mine.py (committed)" in shown.out
    assert shown.err.splitlines()[-1].startswith("3 files differ (1 is out of date or edited by hand, 1 is missing")
    assert main(["check", "--stat"]) == 1
    shown = capsys.readouterr()
    assert [line.partition("|")[0].strip() for line in shown.out.splitlines()] == [
        "src/sdk/a/models.py",
        "src/sdk/a/topics.py",
        "src/sdk/mine.py",
    ]
    assert "| +1 -1 is out of date" in shown.out
    assert "run `topicwright generate`" in shown.err


def test_caches_of_python_do_not_matter(project: Path) -> None:
    main(["generate"])
    (project / "src/sdk/__pycache__").mkdir()
    (project / "src/sdk/__pycache__/x.pyc").write_bytes(b"")
    assert main(["check"]) == 0


def test_stale_files_are_deleted(project: Path) -> None:
    main(["generate"])
    source = project / "schema" / "things.yaml"
    source.write_text(CATALOG.replace("a/b", "b/a"), encoding="utf-8")
    assert main(["check"]) == 1
    assert main(["generate"]) == 0
    assert not (project / "src/sdk/a").exists()
    assert main(["check"]) == 0


def test_failed_run_leaves_the_old_output_whole(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["generate"])
    before = files(project)
    (project / "schema" / "things.yaml").write_text(
        CATALOG.replace("  a:", "  a: {$ref: '#/b'}\n  c:"), encoding="utf-8"
    )
    assert main(["generate"]) == 1
    assert capsys.readouterr().out.startswith("schema/things.yaml:4:3: TW105 ")
    assert files(project) == before


def test_files_of_someone_else_are_not_overwritten(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "src/sdk").mkdir(parents=True)
    (project / "src/sdk/__init__.py").write_text("precious = True\n", encoding="utf-8")
    assert main(["generate"]) == 2
    assert "files that topicwright did not write" in capsys.readouterr().err
    assert (project / "src/sdk/__init__.py").read_text(encoding="utf-8") == "precious = True\n"


def test_manifest_names_the_compiler_and_digests(project: Path) -> None:
    main(["generate"])
    manifest = json.loads((project / "src/sdk/topicwright.json").read_text(encoding="utf-8"))
    assert manifest["compiler"] == __version__
    assert set(manifest["files"]) == {name.removeprefix("src/sdk/") for name in files(project)} - {"topicwright.json"}


def test_lint_reports_with_status_1(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint"]) == 0
    text = CATALOG.replace("address: a/b", "address: /a/b").replace(", description: Its name.", "")
    (project / "schema" / "things.yaml").write_text(text, encoding="utf-8")
    assert main(["lint"]) == 1
    out = capsys.readouterr().out
    assert "schema/things.yaml:4:3: TW504 warning: address '/a/b' starts with a slash" in out
    assert "schema/things.yaml:13:13: TW502 warning: field 'name' has no description" in out


@pytest.mark.parametrize(
    ("settings", "arguments", "message"),
    [
        (
            "",
            [],
            "PATH, --package, --output missing: write it here, or set sources, package, output in [tool.topicwright]",
        ),
        ("package = 3", [], "package must be a string"),
        ("sources = [1]", [], "sources must be a list of strings"),
        ("outputs = 'x'", [], "has no setting 'outputs'"),
        (
            "unknown_fields = 'maybe'",
            ["--source", "schema", "--package", "x", "--output", "y"],
            "unknown_fields must be refuse or keep",
        ),
        ("= nope", [], "pyproject.toml"),
        ("", ["--source", "nowhere", "--package", "x", "--output", "y"], "source nowhere does not exist"),
        ("", ["--source", "schema", "--package", "a-b", "--output", "y"], "not a Python package name"),
        ("", ["--source", "schema", "--package", "class", "--output", "y"], "not a Python package name"),
        (
            "package = 'x'\n[tool.topicwright.aliases]\n'y.z' = ['a:b']",
            ["--source", "schema", "--output", "o"],
            "aliases",
        ),
    ],
)
def test_wrong_settings_are_status_2(
    project: Path, settings: str, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "pyproject.toml").write_text(f"[tool.topicwright]\n{settings}\n", encoding="utf-8")
    assert main(["generate", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_unknown_command_is_status_2(project: Path) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["nonsense"])
    assert caught.value.code == 2


def test_lint_of_a_document_needs_no_package(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("asyncapi: 3.0.0\ninfo: {title: A, version: '1'}\n", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "topicwright_codegen", "lint", "--source", "a.yaml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("asyncapi: 3.0.0\ninfo: {title: A, version: '1'}\n", "utf-8")
    (tmp_path / "file").write_text("", "utf-8")
    command = [sys.executable, "-m", "topicwright_codegen", "generate", "--source", "a.yaml", "--package", "p"]
    done = subprocess.run([*command, "--output", "file/out"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "Not a directory" in done.stderr


def test_unknown_option_is_answered_by_its_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["acl", "--brokr", "emqx"])
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert said.startswith("topicwright acl: error: there is no option --brokr")
    assert "did you mean '--broker'?" in said


def test_lint_ends_with_how_much_it_found_of_what(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    things = project / "schema" / "things.yaml"
    things.write_text(CATALOG.replace("description: Its name.", ""), encoding="utf-8")
    assert main(["lint", "--format", "json"]) == 1
    said = capsys.readouterr()
    assert said.err == "topicwright lint: 1 finding, TW502: 1\n"
    assert [found["code"] for found in json.loads(said.out)] == ["TW502"]


def test_acl_reports_where_it_wrote_and_takes_output_too(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    operations = "operations: {x: {action: send, channel: {$ref: '#/channels/a'}}}\n"
    (project / "schema" / "things.yaml").write_text(CATALOG + operations, encoding="utf-8")
    assert main(["acl", "--output", "rules.acl"]) == 0
    assert "rules.acl: 2 roles\n" in capsys.readouterr().err
    assert "a/b" in (project / "rules.acl").read_text(encoding="utf-8")
