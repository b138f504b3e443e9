"""A run that reuses output of the last one writes the same as a full run, whatever was edited."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from topicwright_codegen.cli import main
from topicwright_codegen.compiler import compile_catalog
from topicwright_codegen.output import run_record as cache
from topicwright_codegen.project.config import Config
from topicwright_codegen.render import renderer

from tests.bench.codegen import catalogs

EDITS = 70
COMMON = """\
asyncapi: 3.0.0
info: {title: Common, version: 1.0.0}
components:
  schemas:
    Level: {type: integer, minimum: 0, maximum: 9, default: 3}
    Mode: {type: string, enum: [on, off]}
    Stamp: {type: string, format: date-time}
    Spot: {type: object, required: [x], properties: {x: {type: number}, next: {$ref: '#/components/schemas/Spot'}}}
    Either: {oneOf: [{$ref: '#/components/schemas/Spot'}, {type: string}]}
    Loose: {type: array, items: {$ref: '#/components/schemas/Mode'}}
"""
REFERENCES = ("Level", "Mode", "Stamp", "Spot", "Either", "Loose")
ARGUMENTS = ["--source", "catalog", "--package", "sdk", "--output", "out"]
Edit = Callable[[Path, random.Random], None]


def write_catalog(folder: Path, events: int = 8) -> None:
    """Write a catalog in four files, each of which uses common types and some of another file."""
    catalogs.many_files(folder / "catalog", events, 4)
    (folder / "catalog" / "common.yaml").write_text(COMMON, encoding="utf-8")
    chance = random.Random(0)
    for at, path in enumerate(sorted((folder / "catalog").glob("area*.yaml"))):
        names = [name for name in REFERENCES for _ in range(2)][at : at + 8 : 2]
        fields = "".join(
            f"        use{name}:\n          $ref: 'common.yaml#/components/schemas/{name}'\n" for name in names
        )
        text = path.read_text("utf-8")
        path.write_text(text.replace("        active:\n", f"{fields}        active:\n", 1), encoding="utf-8")
    refer_to_other(folder, chance)


def area(folder: Path, chance: random.Random) -> Path:
    return chance.choice(sorted((folder / "catalog").glob("area*.yaml")))


def replaced(pattern: str, *texts: str) -> Edit:
    """Return an edit that replaces one match of a pattern in one file by one of some texts."""

    def edit(folder: Path, chance: random.Random) -> None:
        path = area(folder, chance)
        text = path.read_text("utf-8")
        found = list(re.finditer(pattern, text))
        if found:
            at = chance.choice(found)
            new = chance.choice(texts).replace("SALT", str(chance.randrange(999)))
            path.write_text(text[: at.start()] + at.expand(new) + text[at.end() :], encoding="utf-8")

    return edit


def common(old: str, new: str) -> Edit:
    """Return an edit of what all files share; done a second time, it is taken back."""

    def edit(folder: Path, _: random.Random) -> None:
        path = folder / "catalog" / "common.yaml"
        text = path.read_text("utf-8")
        path.write_text(text.replace(old, new) if old in text else text.replace(new, old), encoding="utf-8")

    return edit


def refer(folder: Path, chance: random.Random) -> None:
    """Let a field be one of the common types."""
    name = chance.choice(REFERENCES)
    field = f"        active:\n          $ref: 'common.yaml#/components/schemas/{name}'\n        was_SALT:\n"
    replaced("        active:\n", field)(folder, chance)


def refer_to_other(folder: Path, chance: random.Random) -> None:
    """Let a field be a type of another file, or a part of one that has no name."""
    other = area(folder, chance)
    number = chance.choice(re.findall(r"Svc(\d{4})Event:\n      type", other.read_text("utf-8")) or ["0000"])
    inside = chance.choice(("", "/properties/state", "/properties/position", "/properties/level"))
    ref = f"{other.name}#/components/schemas/Svc{number}Event{inside}"
    replaced("        active:\n", f"        other_SALT:\n          $ref: '{ref}'\n        active:\n")(folder, chance)


def rename_file(folder: Path, chance: random.Random) -> None:
    path = area(folder, chance)
    texts = {other: other.read_text("utf-8") for other in (folder / "catalog").glob("*.yaml")}
    new = f"area{chance.randrange(900, 999)}.yaml"
    for other, text in texts.items():
        other.write_text(text.replace(f"'{path.name}#", f"'{new}#"), encoding="utf-8")
    path.rename(path.with_name(new))


CHANGES: dict[str, Edit] = {
    "a description": replaced(r"description: [^\n]*\n", "description: Text SALT.\n"),
    "a field more": replaced("        active:\n", "        more_SALT:\n          type: string\n        active:\n"),
    "a field less": replaced(r"        ratio:\n          type: number\n          description: [^\n]*\n", ""),
    "an enum": replaced(r"enum: \[idle, ", "enum: [idle, away_SALT, "),
    "a type": replaced("type: (integer|number)\n", "type: integer\n", "type: number\n"),
    "a constraint": replaced("type: string\n", "type: string\n          minLength: SALT\n"),
    "a format": replaced("          type: string\n", "          type: string\n          format: uuid\n"),
    "an address": replaced(
        r"address: (\w+)/(\w+)/event", r"address: \1/\2/{unit}/event", r"address: \1/\2/s_SALT/event"
    ),
    "an event type": replaced(r"name: (\w+)\.(\w+)\.event", r"name: \1.\2.done_SALT"),
    "what is required": replaced(r"required: \[id, at, ", "required: [id, ", "required: [at, id, "),
    "what is deprecated": replaced(r"( +)summary: ", r"\1x-deprecated: true\n\1summary: "),
    "a title": replaced(r"title: [^\n]*\n", "title: Title SALT\n"),
    "a default": replaced("default: none\n", "default: d_SALT\n"),
    "a common type": refer,
    "a type of another file": refer_to_other,
    "the name of a file": rename_file,
    "a bound that is shared": common("maximum: 9", "maximum: 10"),
    "a type that is shared": common("integer, minimum", "number, minimum"),
    "a default that is shared": common("default: 3", "default: 4"),
    "the text of a type": replaced("description: What happened in", "description: SALT in"),
    "the text of an event": replaced("summary: Something", "summary: SALT things"),
    "an enum that is shared": common("[on, off]", "[on, off, auto]"),
    "a name that is shared": common("Loose:", "Looser:"),
    "a class that is shared": common("required: [x], ", ""),
    "a class that becomes none": common("Stamp: {type: string, format: date-time}", "Stamp: {type: object}"),
    "a union that is shared": common("{type: string}]}", "{type: string}, {type: integer}]}"),
}


def slow(*seeds: int) -> list[object]:
    return [pytest.param(50, seed, marks=pytest.mark.slow) for seed in seeds]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_catalog(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / ".records"))
    return tmp_path


def cold(folder: Path) -> dict[str, str] | None:
    """Return the package as a run from nothing makes it; None where the catalog has an error."""
    from topicwright_codegen.diagnostics.diagnostics import CompileError

    try:
        return dict(compile_catalog(Config((folder / "catalog",), "sdk", folder / "out")).package.files)
    except CompileError:
        return None


def written(folder: Path) -> dict[str, str]:
    base = folder / "out" / "sdk"
    return {path.relative_to(base).as_posix(): path.read_text("utf-8") for path in base.rglob("*") if path.is_file()}


def remembered(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Generate, and remember it although the files are new."""
    monkeypatch.setattr(cache, "_TICK", -(10**12))
    main(["generate", *ARGUMENTS])
    assert list((folder / ".records").glob("*.json"))


@pytest.mark.parametrize(("events", "seed"), [(8, 1), *slow(2, 3, 4)])
def test_warm_runs_write_what_cold_ones_do(
    project: Path, monkeypatch: pytest.MonkeyPatch, events: int, seed: int
) -> None:
    chance = random.Random(seed)
    if events > 8:
        write_catalog(project, events)
    remembered(project, monkeypatch)
    compared = 0
    names = list(CHANGES) * (EDITS // len(CHANGES))
    chance.shuffle(names)
    for name in names:
        before = {path: path.read_text("utf-8") for path in (project / "catalog").glob("*.yaml")}
        CHANGES[name](project, chance)
        expected = cold(project)
        status = main(["generate", *ARGUMENTS])
        assert (status == 0) == (expected is not None), name
        if expected is None:  # an edit that makes no catalog is taken back
            for path in (project / "catalog").glob("*.yaml"):
                path.unlink()
            for path, text in before.items():
                path.write_text(text, encoding="utf-8")
            continue
        compared += 1
        assert written(project) == expected, name
    assert compared > len(names) // 2


def test_only_what_an_edit_concerns_is_rendered(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remembered(project, monkeypatch)
    rendered: list[str] = []
    original = renderer._Renderer._domain

    def counted(self: renderer._Renderer, domain: renderer.Domain) -> object:
        rendered.append(domain.name)
        return original(self, domain)

    monkeypatch.setattr(renderer._Renderer, "_domain", counted)
    path = project / "catalog" / "area003.yaml"
    path.write_text(path.read_text("utf-8").replace("Which device.", "Which one."), encoding="utf-8")
    assert main(["generate", *ARGUMENTS]) == 0
    assert rendered == ["area003"]


@pytest.mark.parametrize("damage", ["cut", "empty", "other types", "wrong digests", "a folder"])
def test_a_damaged_record_only_costs_time(project: Path, monkeypatch: pytest.MonkeyPatch, damage: str) -> None:
    remembered(project, monkeypatch)
    expected = cold(project)
    record = next((project / ".records").glob("*.json"))
    content = json.loads(record.read_text("utf-8"))
    if damage == "cut":
        record.write_text(record.read_text("utf-8")[:-20], encoding="utf-8")
    elif damage == "empty":
        record.write_text("", encoding="utf-8")
    elif damage == "other types":
        record.write_text(
            json.dumps({**content, "provenance": {"unformatted": 3, "fingerprints": []}}), encoding="utf-8"
        )
    elif damage == "wrong digests":
        provenance = {"unformatted": {}, "fingerprints": dict.fromkeys(content["provenance"]["fingerprints"], "x")}
        record.write_text(json.dumps({**content, "inputs": {}, "provenance": provenance}), encoding="utf-8")
    else:
        record.unlink()
        record.mkdir()
    assert main(["generate", *ARGUMENTS]) == 0
    assert written(project) == expected


def test_a_file_edited_by_hand_is_not_reused(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remembered(project, monkeypatch)
    expected = cold(project)
    (project / "out/sdk/area001/models.py").write_text("import os\n", encoding="utf-8")
    (project / "out/sdk/area002/topics.py").unlink()
    assert main(["check", *ARGUMENTS]) == 1
    assert main(["generate", *ARGUMENTS]) == 0
    assert written(project) == expected


def test_a_forged_record_brings_no_text_into_the_package(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remembered(project, monkeypatch)
    expected = cold(project)
    record = next((project / ".records").glob("*.json"))
    content = json.loads(record.read_text("utf-8"))
    content["outputs"] = {**content["outputs"], "area001/models.py": "0" * 64, "../evil.py": "0" * 64}
    content["provenance"]["unformatted"]["../evil.py"] = "0" * 64
    record.write_text(json.dumps({**content, "inputs": {}}), encoding="utf-8")
    assert main(["generate", *ARGUMENTS]) == 0
    assert written(project) == expected
    assert not (project / "out" / "evil.py").exists()


def test_runs_at_the_same_time_do_not_harm_each_other(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remembered(project, monkeypatch)
    expected = cold(project)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: main(["check", *ARGUMENTS]), range(8))) == [0] * 8
    assert written(project) == expected


def test_records_do_not_grow_with_the_number_of_runs(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remembered(project, monkeypatch)
    size = sum(path.stat().st_size for path in (project / ".records").iterdir())
    for at in range(3):
        path = project / "catalog" / "area003.yaml"
        path.write_text(f"{path.read_text('utf-8')}# {at}\n", encoding="utf-8")
        assert main(["generate", *ARGUMENTS]) == 0
    (record,) = (project / ".records").iterdir()
    assert record.stat().st_size < 2 * size
