"""The compiler's own annotations equal those of datamodel-code-generator for the same schemas."""

from __future__ import annotations

import ast
import random
import subprocess
import sys

from topicwright_codegen.render.annotations import _generated, _members
from topicwright_codegen.render.plain_types import plain_type
from topicwright_codegen.schemas.flat import Flat

WORDS = ("a", "B2", "with space", "a-b", "e.f:g/h", "", "None", "class", "1", "true", "_x")


def scalar(chance: random.Random) -> Flat:
    kind = chance.choice(("string", "integer", "number", "boolean"))
    return {"$ref": f"#/$defs/T{chance.randrange(30)}"} if chance.random() < 0.2 else {"type": kind}


def nested(chance: random.Random, depth: int = 0) -> Flat:
    if depth > 2 or chance.random() < 0.3:
        return scalar(chance)
    if chance.random() < 0.5:
        return {"type": "array", "items": nested(chance, depth + 1)}
    return {"anyOf": [{"type": "array", "items": nested(chance, depth + 1)}, {"type": "null"}]}


def bounded(chance: random.Random) -> Flat:
    whole = chance.random() < 0.5
    low = chance.randrange(-9, 9) if whole else chance.uniform(-1e3, 1)
    bounds = {"minimum": low, "maximum": low + chance.randrange(1, 99)}
    kept = chance.sample(list(bounds), chance.randrange(1, 3))
    return {"type": "integer" if whole else "number", **{key: bounds[key] for key in kept}}


def schema(chance: random.Random) -> Flat:
    if chance.random() < 0.2:
        return {"enum": chance.sample(WORDS, chance.randrange(1, 6))}
    return bounded(chance) if chance.random() < 0.4 else nested(chance)


def test_annotations_made_here_are_those_of_the_library() -> None:
    chance = random.Random(1)
    schemas = [schema(chance) for _ in range(300)]
    theirs = dict(_members(ast.parse(_generated(schemas))))
    for at, one in enumerate(schemas):
        ours = plain_type(one)
        assert ours is not None, one
        assert ast.unparse(ours) == ast.unparse(theirs[f"p{at}"]), one


def test_whatever_is_not_plain_is_left_to_the_library() -> None:
    for one in (
        {},
        {"type": "null"},
        {"type": "string", "minLength": 1},
        {"type": "string", "format": "uuid"},
        {"type": "number", "minimum": 1},
        {"type": "integer", "minimum": 1, "multipleOf": 2},
        {"enum": [1, "a"]},
        {"enum": ["quo'te"]},
        {"enum": ["line\nbreak"]},
        {"type": "array", "items": {"type": "string"}, "minItems": 1},
        {"anyOf": [{"type": "string"}, {"type": "integer"}]},
        {"type": "object"},
    ):
        assert plain_type(one) is None, one


def test_a_catalog_of_plain_types_does_not_load_the_library() -> None:
    program = (
        "import sys; from topicwright_codegen.cli import main\n"
        "assert main(['check', '--source', 'tests/golden/minimal/catalog', '--package', 'minimal',"
        " '--output', 'tests/golden/minimal/expected']) == 0\n"
        "assert 'datamodel_code_generator' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
