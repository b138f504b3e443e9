"""The contents of a review in each format, which is valid by its own rules."""

from __future__ import annotations

import json
import re

import pytest
from topicwright_codegen.cli import main

from tests.review.support.catalogs import HEAD, one_topic

OLD = one_topic("{type: object, title: State, properties: {k: {type: integer}}}", "qos: 1, retain: true")
NEW = OLD.replace("{type: integer}", "{type: string}")
KEYS = ["rule", "severity", "old_consumer", "new_consumer", "source_api", "path", "file", "line", "topic", "topics"]
KEYS += ["event", "services", "message", "witness", "advice", "fingerprint"]


@pytest.fixture
def shown(tmp_path, capsys):
    (tmp_path / "before.yaml").write_text(OLD)
    (tmp_path / "after.yaml").write_text(NEW)

    def run(format_: str, *more: str) -> str:
        main(["diff", str(tmp_path / "before.yaml"), str(tmp_path / "after.yaml"), "--format", format_, *more])
        return capsys.readouterr().out

    return run


def test_json_findings_have_exactly_the_promised_fields(shown):
    report = json.loads(shown("json"))
    assert list(report)[:2] == ["severity", "findings"]
    for found in report["findings"]:
        assert list(found) == KEYS


def test_github_annotations_name_severity_place_and_witness(shown):
    (line,) = shown("github").splitlines()
    assert re.match(r"::error file=[^,]+after\.yaml,line=\d+,col=\d+,title=breaking%3A type-changed::", line)
    assert "Witness: {" in line


def test_sarif_carries_rules_levels_places_and_fingerprints(shown):
    log = json.loads(shown("sarif"))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        assert len(result["partialFingerprints"]["topicwright/v1"]) == 16
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"].endswith("after.yaml")
        assert place["region"]["startLine"] > 1


def test_html_is_one_page_that_loads_nothing(shown):
    page = shown("html")
    assert page.startswith("<!doctype html>")
    assert not re.search(r"(?:src|href)\s*=|url\(|@import|<script", page)
    assert "<svg" in page
    assert "home/state" in page
    assert "What stays on the broker" in page


def test_markdown_names_the_affected_services_the_leftovers_and_the_order(shown):
    text = shown("markdown")
    assert text.startswith("<!-- topicwright-review -->\n")
    assert "```mermaid\nflowchart LR\n" in text
    assert "```json\n{" in text
    assert "--remove-retained" in text
    assert "expand and contract" in text


def test_several_formats_go_to_files_at_once(shown, tmp_path):
    out = shown("text", "--format", f"json={tmp_path / 'r.json'}", "--format", f"html={tmp_path / 'r.html'}")
    assert "severity: breaking" in out
    assert json.loads((tmp_path / "r.json").read_text())["severity"] == "breaking"
    assert (tmp_path / "r.html").read_text().startswith("<!doctype html>")


def test_an_unknown_format_is_refused(shown):
    with pytest.raises(SystemExit, match="2"):
        shown("docx")


@pytest.mark.parametrize("format_", ["markdown", "html", "github", "text", "sarif"])
def test_texts_of_a_catalog_cannot_break_out_of_a_format(tmp_path, capsys, format_):
    evil = "a|b</script><img src=x>`::error::"
    for name, kind in (("before", "integer"), ("after", "string")):
        text = (
            f"{HEAD}channels:\n  c:\n    address: home/x\n    messages:\n      m:\n        name: {json.dumps(evil)}\n"
        )
        text += f"        payload: {{type: object, title: T, properties: {{{json.dumps(evil)}: {{type: {kind}}}}}}}\n"
        (tmp_path / f"{name}.yaml").write_text(text)
    main(["diff", str(tmp_path / "before.yaml"), str(tmp_path / "after.yaml"), "--format", format_])
    out = capsys.readouterr().out
    assert "type-changed" in out
    if format_ in ("markdown", "html"):
        assert "<img" not in re.sub(r"```json.*?```", "", out, flags=re.DOTALL)
    if format_ == "github":
        assert all(line.startswith(("::error file", "::notice file")) for line in out.splitlines())


def test_without_witnesses_the_review_reports_why(shown):
    report = json.loads(shown("json", "--no-witnesses"))
    assert {found["witness"]["reason"] for found in report["findings"]} == {"not asked for: --no-witnesses"}
