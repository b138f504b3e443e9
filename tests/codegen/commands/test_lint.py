"""Every rule of lint fires, can be answered and can be turned off."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from topicwright_codegen.cli import main

from tests.codegen.support.workbench import HEAD
from tests.paths import ROOT

SOURCES = ROOT / "codegen" / "src" / "topicwright_codegen"
MESSAGE = "{summary: s, payload: {type: string}}"


def field(text: str) -> str:
    payload = f"{{type: object, properties: {{x_timeout: {{{text}}}}}}}"
    return f"channels: {{a: {{address: a, messages: {{M: {{summary: s, payload: {payload}}}}}}}}}\n"


CASES = {
    "TW515": field("enum: [a, bb], minLength: 2, description: d"),
    "TW514": field("type: integer, description: in seconds, example: soon"),
    "TW513": (f"channels: {{a: {{address: a, messages: {{M: {MESSAGE}, N: {MESSAGE}}}}}}}\n"),
    "TW501": "channels: {a: {address: a, messages: {M: {payload: {type: string}}}}}\n",
    "TW502": field("type: string"),
    "TW503": f"channels: {{}}\ncomponents: {{messages: {{M: {MESSAGE}}}}}\n",
    "TW504": f"channels: {{a: {{address: /a, messages: {{M: {MESSAGE}}}}}}}\n",
    "TW505": (
        f"channels: {{a: {{address: a, messages: {{M: {MESSAGE}}}}}, b: {{address: b, messages: {{R: {MESSAGE}}}}}}}\n"
        "operations: {o: {action: send, channel: {$ref: '#/channels/a'}, bindings: {mqtt: {retain: true}},"
        " reply: {channel: {$ref: '#/channels/b'}}}}\n"
    ),
    "TW506": (
        f"channels: {{a: {{address: a, messages: {{M: {MESSAGE}}}}},"
        " b: {address: b, messages: {M: {summary: s, payload: {type: number}}}}}\n"
    ),
    "TW507": (
        f"channels: {{a: {{address: a, messages: {{M: {MESSAGE}}}}}}}\noperations:\n"
        "  s: {action: send, channel: {$ref: '#/channels/a'}, bindings: {mqtt: {qos: 2}}}\n"
        "  r: {action: receive, channel: {$ref: '#/channels/a'}, bindings: {mqtt: {qos: 0}}}\n"
    ),
    "TW508": (
        f"channels:\n  a: {{address: 'a/{{b}}/c', parameters: {{b: {{description: d}}}}, messages: {{M: {MESSAGE}}}}}\n"
        f"  b: {{address: 'a/b/{{c}}', parameters: {{c: {{description: d}}}}, messages: {{N: {MESSAGE}}}}}\n"
    ),
    "TW509": (
        f"channels: {{a: {{address: a, messages: {{M: {MESSAGE}}}}}}}\n"
        "operations: {s: {action: send, channel: {$ref: '#/channels/a'}}}\n"
    ),
    "TW510": field("type: number, description: How long to wait."),
    "TW511": field("enum: [on/off], description: d"),
    "TW512": f"channels: {{a: {{address: 'a/{{b}}', parameters: {{b: {{}}}}, messages: {{M: {MESSAGE}}}}}}}\n",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lint(project: Path, text: str, ignore: str = "") -> int:
    (project / "test.yaml").write_text(HEAD + text, encoding="utf-8")
    settings = "[tool.topicwright]\nsources = ['test.yaml']\npackage = 'sdk'\noutput = 'out'\n"
    (project / "pyproject.toml").write_text(
        settings + f"[tool.topicwright.lint]\nignore = [{ignore}]\n", encoding="utf-8"
    )
    return main(["lint"])


@pytest.mark.parametrize("code", CASES)
def test_rule_fires_and_is_turned_off_in_the_settings(
    project: Path, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lint(project, CASES[code]) == 1
    codes = {line.split(" ")[1] for line in capsys.readouterr().out.splitlines()}
    assert code in codes
    lint(project, CASES[code], ignore=f"'{code}'")
    assert f" {code} " not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("message", "refused"),
    [
        ("{examples: [{payload: {a: x}}], payload: OBJECT}", "a: "),
        ("{examples: [{name: one, payload: {a: 1}}], payload: OBJECT}", None),
        ("{examples: [{headers: {a: x}, payload: {a: 1}}], headers: OBJECT, payload: OBJECT}", "a: "),
        ("{payload: {type: object, properties: {a: {type: integer}}, examples: [{a: 1}, {a: []}]}}", "a: "),
        ("{payload: {type: object, properties: {a: {type: array, items: {minimum: 3}, examples: [[3], [2]]}}}}", "0: "),
        ("{payload: {type: object, properties: {a: {type: string, format: date, examples: [today]}}}}", "today"),
        ("{payload: {type: object, properties: {a: {type: string, format: date, example: '2026-01-01'}}}}", None),
        ("{payload: {type: string, enum: [a], examples: [a]}}", None),
    ],
)
def test_an_example_that_its_schema_refuses_is_reported_where_it_is(
    project: Path, capsys: pytest.CaptureFixture[str], message: str, refused: str | None
) -> None:
    message = message.replace("OBJECT", "{type: object, properties: {a: {type: integer}}}")
    lint(project, f"channels: {{a: {{address: a, messages: {{M: {message}}}}}}}\n")
    found = [line for line in capsys.readouterr().out.splitlines() if " TW514 " in line]
    assert len(found) == (0 if refused is None else 1)
    assert all("the schema refuses this example" in line and str(refused) in line for line in found)


@pytest.mark.parametrize(
    ("schema", "refused"),
    [
        ("enum: [a, b], pattern: '^x'", 2),
        ("const: 5, minimum: 6", 1),
        ("enum: [1, 2, 3], maximum: 2", 1),
        ("enum: [root, guest], not: {const: root}", 1),
        ("const: today, type: string, format: date, maxLength: 9", 1),
        ("type: string, enum: [200], maxLength: 5", 0),
        ("enum: [1, 2], maximum: 2", 0),
        ("enum: [a], minimum: 5", 0),
    ],
)
def test_a_listed_value_that_a_keyword_beside_it_excludes_is_reported(
    project: Path, capsys: pytest.CaptureFixture[str], schema: str, refused: int
) -> None:
    lint(project, field(schema))
    found = [line for line in capsys.readouterr().out.splitlines() if " TW515 " in line]
    assert len(found) == refused


def test_unit_in_the_description_or_in_x_unit_is_enough(project: Path) -> None:
    assert lint(project, field("type: number, description: How long to wait in seconds.")) == 0
    assert lint(project, field("type: number, description: How long to wait., x-unit: s")) == 0


def overlaps(project: Path, capsys: pytest.CaptureFixture[str], *addresses: str) -> set[frozenset[str]]:
    """Return the pairs of addresses that TW508 names."""
    channels = [
        f"  c{at}: {{address: {address!r}, messages: {{M{at}: {MESSAGE}}}}}\n" for at, address in enumerate(addresses)
    ]
    lint(project, "channels:\n" + "".join(channels))
    found = re.findall(r"TW508 warning: addresses '(.+?)' and '(.+?)' overlap", capsys.readouterr().out)
    return set(map(frozenset, found))


def pairs(*found: tuple[str, str]) -> set[frozenset[str]]:
    return set(map(frozenset, found))


def test_every_pair_of_addresses_that_overlap_is_reported(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    addresses = ("plant/#", "plant/{area}/#", "site/+/{unit}", "plant/a/b", "site/x/y", "plant", "other/{x}")
    assert overlaps(project, capsys, *addresses) == pairs(
        ("plant/#", "plant/a/b"),
        ("plant/#", "plant/{area}/#"),
        ("plant/#", "plant"),
        ("plant/{area}/#", "plant/a/b"),
        ("site/+/{unit}", "site/x/y"),
    )


def test_addresses_that_have_no_topic_in_common_are_not_reported(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert overlaps(project, capsys, "$SYS/x", "+/x", "x/{y}/z") == set()


def test_a_literal_address_beside_one_with_parameters_is_settled(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert overlaps(project, capsys, "health/{client}", "health/esp32", "{kind}/esp32") == pairs(
        ("health/{client}", "{kind}/esp32")
    )


def test_author_answers_a_diagnostic_at_its_place(project: Path) -> None:
    assert lint(project, CASES["TW501"].replace("{payload", "{x-lint-ignore: TW501, payload")) == 0
    assert lint(project, CASES["TW501"].replace("{payload", "{x-lint-ignore: [TW502, TW501], payload")) == 0
    assert lint(project, CASES["TW501"].replace("{payload", "{x-lint-ignore: TW502, payload")) == 1


def test_every_rule_has_a_case_here() -> None:
    text = "".join((SOURCES / name).read_text(encoding="utf-8") for name in ("lint.py", "catalog/alike_messages.py"))
    assert set(re.findall(r'yield "(TW\d+)"', text)) == set(CASES)
