"""Documents are read as YAML 1.2 and JSON, within limits."""

from __future__ import annotations

import pytest
from topicwright_codegen.documents.json_reader import read_json
from topicwright_codegen.documents.values import Map, ReadError, Seq, plain
from topicwright_codegen.documents.yaml_reader import read_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("Off", "Off"),
        ("no", "no"),
        ("y", "y"),
        ("012", "012"),
        ("2026-01-01", "2026-01-01"),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("null", None),
        ("-12", -12),
        ("0x1F", 31),
        ("0o17", 15),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("'12'", "12"),
        ("!!str 12", "12"),
    ],
)
def test_scalars_have_the_meaning_of_yaml_1_2(text: str, value: object) -> None:
    assert plain(read_yaml(f"a: {text}")) == {"a": value}


def test_merge_keys_and_aliases_are_followed() -> None:
    assert plain(read_yaml("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: *a")) == {
        "a": {"x": 1, "y": 2},
        "b": {"x": 1, "y": 3},
        "c": {"x": 1, "y": 2},
    }


def test_positions_count_from_one() -> None:
    value = read_yaml("a:\n  b: [1,\n      2]\n")
    assert isinstance(value, Map)
    assert value.marks["a"] == (1, 1)
    inner = value["a"]
    assert isinstance(inner, Map)
    assert inner.marks["b"] == (2, 3)
    items = inner["b"]
    assert isinstance(items, Seq)
    assert items.marks == [(2, 7), (3, 7)]


def test_alias_bomb_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(ReadError) as caught:
        read_yaml("\n".join(lines))
    assert caught.value.code == "TW103"


@pytest.mark.parametrize("text", ["a: &a [*a]", "a: *nope", "a: !!python/object:os.system x", "a: !x y", "a: .inf"])
def test_what_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(ReadError):
        read_yaml(text)


@pytest.mark.parametrize("read", [read_yaml, read_json])
def test_deep_nesting_is_refused(read: object) -> None:
    assert callable(read)
    with pytest.raises(ReadError):
        read("[" * 100_000)
    with pytest.raises(ReadError):
        read("[" * 200 + "]" * 200)


@pytest.mark.parametrize("text", ["", "{", '{"a" 1}', "[1,]", "NaN", "1e999", "{1: 2}", '"\n"', "[] []", "'a'"])
def test_json_is_read_strictly(text: str) -> None:
    with pytest.raises(ReadError):
        read_json(text)


def test_json_values_survive() -> None:
    text = '{"a": [1, -2.5, 1e2, true, null, "\\u00e9\\ud83d\\ude00"], "b": {}}'
    assert plain(read_json(text)) == {"a": [1, -2.5, 100.0, True, None, "é😀"], "b": {}}
