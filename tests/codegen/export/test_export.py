"""``topicwright export``: what is written of descriptors, and that the compiler reads the same from it."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from topicwright_codegen.cli import main

from tests.codegen.support.golden import NAMES
from tests.paths import GOLDEN

HERE = Path(__file__).parent
HEAD = "from pydantic import *\nfrom topicwright import *\nfrom typing import *\n\n\n"

OPEN = ("additionalProperties", True)
"""What a schema of objects means without it, too."""
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a folder of modules that is the current one; they are forgotten at the end."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        path = getattr(sys.modules[name], "__file__", None) or ""
        if path.startswith((str(tmp_path), str(GOLDEN), str(HERE))):
            del sys.modules[name]


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> tuple[int, str, str]:
        status = main(["export", *arguments])
        out, err = capsys.readouterr()
        return status, out, err

    return call


def module(folder: Path, text: str, name: str = "fleet") -> None:
    (folder / f"{name}.py").write_text(HEAD + text)


def compiled(source: Path, output: Path, package: str) -> None:
    assert main(["generate", str(source), "--package", package, "--output", str(output)]) == 0


def body(text: str) -> str:
    """Return a document without its first line, which names what was exported."""
    return text.partition("\n")[2]


# -- bytes -------------------------------------------------------------------------------------------------------------


def test_the_plant_is_exported_to_the_expected_bytes(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE)
    status, out, err = run("plant")
    assert (status, err) == (0, "")
    assert out == (HERE / "plant.yaml").read_text("utf-8")


def test_lint_has_nothing_to_say_about_the_plant(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", str(HERE / "plant.yaml")]) == 0


def test_an_export_again_keeps_the_file_and_check_tells_a_stale_one(run: Run, folder: Path) -> None:
    module(folder, "class Go(BaseModel):\n    place: str\n\n\nGO = Topic('fleet/{robot}/go', Go)\n")
    output = folder / "asyncapi.yaml"
    status, out, _ = run("fleet", "--check", "-o", str(output))
    assert status == 1
    assert "does not exist" in out
    assert run("fleet", "-o", str(output)) == (0, "", f"{output}: 25 lines, written\n")
    before = output.stat().st_mtime_ns
    assert run("fleet", "-o", str(output))[2].endswith("unchanged\n")
    assert output.stat().st_mtime_ns == before
    assert run("fleet", "--check", "-o", str(output)) == (0, "", "")
    output.write_text(output.read_text() + "\n")
    status, out, _ = run("fleet", "--check", "-o", str(output))
    assert status == 1
    assert "is stale" in out
    assert run("fleet", "--check")[0] == 2


def test_a_file_of_the_author_is_not_overwritten(run: Run, folder: Path) -> None:
    module(folder, "GO = Topic('go', str)\n")
    mine = folder / "mine.yaml"
    mine.write_text("asyncapi: 3.0.0\n")
    status, _, err = run("fleet", "-o", str(mine))
    assert (status, mine.read_text()) == (2, "asyncapi: 3.0.0\n")
    assert "export has not written it" in err


def test_the_first_line_names_the_schema_for_editors(run: Run, folder: Path) -> None:
    module(folder, "GO = Topic('go', str)\n")
    first = run("fleet", "--schema", "catalog.schema.json")[1].splitlines()[0]
    assert first == "# yaml-language-server: $schema=catalog.schema.json"


# -- round trips -------------------------------------------------------------------------------------------------------


def inlined(schema: Any, components: Mapping[str, Any], seen: tuple[str, ...] = ()) -> Any:
    """Return a schema with its references followed and without texts, which docstrings carry with others."""
    if isinstance(schema, list):
        return [inlined(item, components, seen) for item in schema]
    if not isinstance(schema, dict):
        return schema
    reference = schema.get("$ref")
    if isinstance(reference, str):
        name = reference.rpartition("/")[2]
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        target = name if name in seen else inlined(components[name], components, (*seen, name))
        return {**target, **inlined(rest, components, seen)} if isinstance(target, dict) else target
    left_out = ("description", "summary", "title", "x-unit")
    said = {key: value for key, value in schema.items() if key not in left_out and (key, value) != OPEN}
    return {key: inlined(value, components, seen) for key, value in said.items()}


def meaning(text: str) -> dict[str, Any]:
    """Return what a document says, by the names of its events: where, how delivered, and with which payload."""
    document = yaml.safe_load(text)
    components = document.get("components", {}).get("schemas", {})
    return {
        message["name"]: {
            "address": channel["address"],
            "parameters": inlined(channel.get("parameters", {}), {}),
            "delivery": message.get("x-mqtt", channel.get("x-mqtt", {})),
            "envelope": message.get("x-envelope", document.get("x-envelope", "none")),
            **inlined(
                {key: value for key, value in message.items() if key not in ("x-mqtt", "x-envelope")}, components
            ),
        }
        for channel in document["channels"].values()
        for message in channel["messages"].values()
    }


def services(text: str) -> dict[str, Any]:
    made = yaml.safe_load(text).get("x-services", {})
    return {name: {key: set(listed) for key, listed in one.items() if key[:2] == "x-"} for name, one in made.items()}


def test_generate_and_export_give_the_plant_back(run: Run, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = (HERE / "plant.yaml").read_text("utf-8")
    compiled(HERE / "plant.yaml", folder, "bottling")
    capsys.readouterr()
    status, second, err = run("bottling.plant.topics", "bottling.services", "--title", "plant")
    assert (status, err) == (0, "")
    assert meaning(second) == meaning(first)
    assert services(second) == services(first)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("wildcards", "names")])
def test_an_export_of_generated_code_compiles_to_the_same_export(
    run: Run, folder: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    sys.path.insert(0, str(GOLDEN / name / "expected"))
    modules = [
        f"{name}.{path.parent.name}.topics" for path in sorted((GOLDEN / name / "expected" / name).glob("*/topics.py"))
    ]
    status, first, err = run(*modules, "--title", name)
    assert status == 0, err
    (folder / "catalog.yaml").write_text(first)
    compiled(folder / "catalog.yaml", folder, f"again_{name}")
    capsys.readouterr()
    again = [
        f"again_{name}.{path.parent.name}.topics" for path in sorted((folder / f"again_{name}").glob("*/topics.py"))
    ]
    status, second, err = run(*again, "--title", name)
    assert status == 0, err
    assert meaning(second) == meaning(first)


# -- what is said ------------------------------------------------------------------------------------------------------


def test_names_choose_and_a_call_brings_its_topics(run: Run, folder: Path) -> None:
    module(
        folder, "A, B, C = Topic('a', str), Topic('b', dict), Topic('c', list[int])\nASK = Call(A, B)\nALL = (A, C)\n"
    )
    assert set(meaning(run("fleet:C")[1])) == {"c"}
    assert set(meaning(run("fleet:ASK, C")[1])) == {"a", "b", "c"}
    assert set(meaning(run("fleet:ALL")[1])) == {"a", "c"}
    assert yaml.safe_load(run("fleet:ASK")[1])["x-requests"] == ["a"]


def test_a_schema_that_is_wider_than_its_model_is_told(run: Run, folder: Path) -> None:
    module(
        folder,
        "def even(value: int) -> int: return value\n"
        "class Inner(BaseModel):\n    level: Annotated[int, AfterValidator(even)]\n"
        "class Go(BaseModel):\n    inner: Inner\n"
        "    @field_validator('inner')\n    @classmethod\n    def full(cls, value: Inner) -> Inner: return value\n"
        "class Plain(BaseModel):\n    a: int\n"
        "GO, PLAIN = Topic('go', Go), Topic('plain', Plain)\n",
    )
    status, _, err = run("fleet")
    assert status == 0
    lines = [line for line in err.splitlines() if "is Python; its schema is wider" in line]
    assert [("even" in line, "full" in line) for line in lines] in (
        [(True, False), (False, True)],
        [(False, True), (True, False)],
    )
    assert all("Go" in line for line in lines)


def test_a_parameter_that_is_no_text_is_told(run: Run, folder: Path) -> None:
    module(folder, "class P(NamedTuple):\n    number: int\n\n\nGO = Topic('go/{number}', str, params=P)\n")
    assert "the parameter number is int; a catalog knows texts alone" in run("fleet")[2]


@pytest.mark.parametrize(
    ("text", "arguments", "error"),
    [
        ("", ("nowhere",), "cannot import nowhere (from the current folder and the environment)"),
        ("", ("fleet.py",), "fleet.py is a file: name its module, fleet"),
        ("import nothing_of_the_kind", ("fleet",), "cannot import fleet: ModuleNotFoundError"),
        ("GO = Topic('go/#/x', str)", ("fleet",), "only as its last level"),
        ("GO = 1", ("fleet",), "fleet has no Topic, Call or service class"),
        ("GO = Topic('go', str)", ("fleet:GOO",), "fleet has no 'GOO' (did you mean 'GO'?)"),
        ("GO = Topic('go', str)", ("fleet:STOPPED",), "fleet has no 'STOPPED' (it has GO)"),
        ("x = 1", ("fleet:STOPPED",), "fleet has no 'STOPPED' (it has no topic, call or service)"),
        ("GO = 1", ("fleet:GO",), "fleet:GO is no Topic, no Call, and no client with sends or receives"),
        ("A, B = Topic('a', str), Topic('a', int)", ("fleet",), "two messages of 'a' have the event type 'a'"),
        (
            "class Go(BaseModel):\n    call: Callable[[], int]\n\n\nGO = Topic('go', Go)",
            ("fleet",),
            "a payload has no JSON Schema",
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_exported_is_one_clear_error(
    run: Run, folder: Path, text: str, arguments: tuple[str, ...], error: str
) -> None:
    module(folder, text)
    with warnings.catch_warnings(action="ignore"):
        status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert error in err
    assert "Traceback" not in err


def test_two_classes_of_one_name_have_schemas_of_their_own(run: Run, folder: Path) -> None:
    module(folder, "class Go(BaseModel):\n    place: str\n", "one")
    module(folder, "class Go(BaseModel):\n    speed: int\n", "two")
    module(folder, "import one, two\nA, B = Topic('a', one.Go), Topic('b', two.Go)\n")
    events = meaning(run("fleet")[1])
    assert set(events["a"]["payload"]["properties"]) == {"place"}
    assert set(events["b"]["payload"]["properties"]) == {"speed"}
