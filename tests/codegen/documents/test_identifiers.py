"""``$id``, ``$anchor`` and ``$dynamicAnchor``: which schemas have names, and what references relative to them mean."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.source import Source
from topicwright_codegen.project.access import Access

MODERN = "https://json-schema.org/draft/2020-12/schema"
ROOT = "http://x.org/schemas/root.json"
A = {"$id": "a.json", "type": "string"}
RIGHT, WRONG = {"title": "right"}, {"title": "wrong"}
Read: TypeAlias = "Callable[..., Node]"


class Files:
    """Schema files, and the source that has read the first of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.maps: dict[str, Path] = {}
        self.source = Source.of([folder], Diagnostics())

    def read(self, first: Any, **others: Any) -> Node:
        for name, value in {"first": first, **others}.items():
            (self.folder / f"{name}.json").write_text(json.dumps(value), encoding="utf-8")
        access = Access(self.folder, self.maps)
        self.source = Source.of([self.folder], Diagnostics(), access=access)
        document = self.source.load(self.folder / "first.json")
        assert document is not None
        return document.root

    def target(self, node: Node) -> object:
        """Follow a reference; return the title, or the identity, of where it leads."""
        found = self.source.resolve(node)
        assert found is not None, self.problems()
        return found.value.get("title", found.pointer) if isinstance(found.value, dict) else found.value

    def problems(self) -> list[str]:
        return [str(one).replace(f"{self.folder}/", "") for one in self.source.diagnostics.sorted()]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def at(node: Node, pointer: str) -> Node:
    for token in pointer.split("/"):
        inner = node.step(token)
        assert inner is not None, pointer
        node = inner
    return node


EMBEDDED: dict[str, tuple[Any, str, Any]] = {
    "relative to the id of the root": ({"$id": ROOT, "$defs": {"a": {"$id": "a.json", **RIGHT}}}, "a.json", "right"),
    "an absolute path": ({"$id": ROOT, "$defs": {"a": {"$id": "http://x.org/b/a", **RIGHT}}}, "/b/a", "right"),
    "two dots": ({"$id": ROOT, "$defs": {"a": {"$id": "http://x.org/a", **RIGHT}}}, "../a", "right"),
    "the whole URI": (
        {"$id": ROOT, "$defs": {"a": {"$id": "a.json", **RIGHT}}},
        "http://x.org/schemas/a.json",
        "right",
    ),
    "a pointer inside": (
        {"$id": ROOT, "$defs": {"a": {"$id": "a.json", "$defs": {"in": RIGHT}}}},
        "a.json#/$defs/in",
        "right",
    ),
    "an anchor inside": (
        {"$id": ROOT, "$defs": {"a": {"$id": "a.json", "$defs": {"in": {"$anchor": "n", **RIGHT}}}}},
        "a.json#n",
        "right",
    ),
    "an anchor of the root by its URI": (
        {"$id": ROOT, "$defs": {"a": {"$anchor": "n", **RIGHT}}},
        f"{ROOT}#n",
        "right",
    ),
    "an anchor of draft 7": ({"$id": ROOT, "definitions": {"a": {"$id": "#n", **RIGHT}}}, "#n", "right"),
    "an anchor behind an id": ({"$id": ROOT, "definitions": {"a": {"$id": "a.json#n", **RIGHT}}}, "a.json#n", "right"),
    "a dynamic anchor": ({"$defs": {"a": {"$dynamicAnchor": "n", **RIGHT}}}, "#n", "right"),
    "a keyword with the name of an anchor": (
        {"items": WRONG, "$defs": {"a": {"$anchor": "items", **RIGHT}}},
        "#items",
        "right",
    ),
    "an empty fragment": ({"$id": f"{ROOT}#", **RIGHT}, ROOT, "right"),
    "the nearest id of several": (
        {"$id": ROOT, "$defs": {"b": {"$id": "http://y.org/d/", "not": {"$defs": {"c": {"$id": "c", **RIGHT}}}}}},
        "http://y.org/d/c",
        "right",
    ),
    "a URN": (
        {"$id": "urn:uuid:de-ad", "$defs": {"a": {"$anchor": "n", **RIGHT}}},
        "urn:uuid:de-ad#n",
        "right",
    ),
    "a scheme of its own": (
        {"$id": "iot://models/root", "$defs": {"a": {"$id": "sub/a", **RIGHT}}},
        "iot://models/sub/a",
        "right",
    ),
    "no absolute URI anywhere": ({"$defs": {"a": {"$id": "other.json", **RIGHT}}}, "other.json", "right"),
    "an escaped dollar": ({"$id": ROOT, "$defs": {"a$": RIGHT}}, "#/$defs/a%24", "right"),
    "escapes of a pointer": ({"$defs": {"a/b~c d": RIGHT}}, "#/%24defs/a~1b~0c%20d", "right"),
    "beside an id that is only an anchor": ({"$id": "#root", "$defs": {"a": RIGHT}}, "#/$defs/a", "right"),
}


@pytest.mark.parametrize(("schema", "reference", "wanted"), EMBEDDED.values(), ids=list(EMBEDDED))
def test_a_reference_finds_an_embedded_schema(files: Files, schema: Any, reference: str, wanted: object) -> None:
    root = files.read({**schema, "allOf": [{"$ref": reference}]})
    assert files.target(at(root, "allOf/0")) == wanted
    assert files.problems() == []


def test_the_same_anchor_in_two_resources_is_two_names(files: Files) -> None:
    inner = {"$id": "in.json", "$anchor": "n", "title": "inner", "items": {"$ref": "#n"}}
    root = files.read({"$id": ROOT, "$anchor": "n", "title": "outer", "items": {"$ref": "#n"}, "not": inner})
    assert [files.target(at(root, path)) for path in ("items", "not/items")] == ["outer", "inner"]


def test_a_pointer_starts_at_the_nearest_id_and_then_at_the_document(files: Files) -> None:
    inner = {"$id": "in.json", "title": "inner", "allOf": [{"$ref": "#"}, {"$ref": "#/$defs/a"}, {"$ref": "#/$defs/b"}]}
    inner["$defs"] = {"a": {"title": "a of inner"}}
    root = files.read({"$id": ROOT, "not": inner, "$defs": {"a": {"title": "a"}, "b": {"title": "b"}}})
    assert [files.target(part) for part in at(root, "not/allOf").elements()] == ["inner", "a of inner", "b"]


NO_NAMES: dict[str, Any] = {
    "const": {"const": {"$id": "a.json", **WRONG}},
    "enum": {"enum": [{"$id": "a.json", **WRONG}]},
    "examples": {"examples": [{"$id": "a.json", **WRONG}]},
    "default": {"default": {"$id": "a.json", **WRONG}},
    "unknown keyword": {"unknown": {"not": {"$id": "a.json", **WRONG}}},
    "a property of this name": {"properties": {"$id": {"type": "string", **WRONG}}},
}


@pytest.mark.parametrize("part", NO_NAMES.values(), ids=list(NO_NAMES))
def test_an_id_in_a_value_is_no_name(files: Files, part: Any) -> None:
    root = files.read({"$id": ROOT, **part, "$defs": {"a": {"$id": "a.json", **RIGHT}}, "allOf": [{"$ref": "a.json"}]})
    assert files.target(at(root, "allOf/0")) == "right"
    del root
    root = files.read({"$id": ROOT, **part, "allOf": [{"$ref": "a.json"}]})
    assert files.source.resolve(at(root, "allOf/0")) is None


@pytest.mark.parametrize(("draft", "wanted"), [({}, "of the root"), ({"$schema": MODERN}, "of the part")])
def test_an_id_beside_a_reference_counts_from_2019_09_on(files: Files, draft: Any, wanted: str) -> None:
    named = {"a": {"$id": "a.json", "title": "of the root"}, "b": {"$id": "/in/a.json", "title": "of the part"}}
    root = files.read({**draft, "$id": ROOT, "$defs": named, "allOf": [{"$id": "/in/", "$ref": "a.json"}]})
    assert files.target(at(root, "allOf/0")) == wanted


def test_a_file_is_found_beside_a_schema_whatever_its_id_is(files: Files) -> None:
    root = files.read({"$id": ROOT, "items": {"$ref": "second.json"}}, second=RIGHT)
    assert files.target(at(root, "items")) == "right"


def test_an_id_of_any_document_that_is_read_is_found_in_any_order(files: Files) -> None:
    parts = [{"$ref": "http://x.org/b.json"}, {"$ref": "second.json"}]
    root = files.read({"allOf": parts}, second={"$ref": "third.json"}, third={"$defs": {"b": {"$id": ROOT, **WRONG}}})
    assert files.source.resolve(at(root, "allOf/0")) is None
    root = files.read({"allOf": parts}, second={"$defs": {"b": {"$id": "http://x.org/b.json", **RIGHT}}})
    assert files.target(at(root, "allOf/0")) == "right"


def test_the_base_of_a_mapped_file_is_its_url(files: Files, tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    (copies / "deep").mkdir(parents=True)
    (copies / "one.json").write_text('{"$id": "http://elsewhere.org/", "items": {"$ref": "deep/two%20b.json"}}')
    (copies / "deep" / "two b.json").write_text('{"$ref": "../three.json#n"}')
    (tmp_path / "three").write_text('{"$defs": {"a": {"$anchor": "n", "title": "right"}}}')
    files.maps = {"http://m.org/s/": copies, "http://m.org/s/three.json": tmp_path / "three"}
    root = files.read({"$id": "http://m.org/s/root", "items": {"$ref": "one.json#/items"}})
    assert files.target(at(root, "items")) == "right"


def test_an_id_that_two_schemas_have_is_reported_where_it_is_used(files: Files) -> None:
    schemas = [{"$id": "a.json", **RIGHT}, {"$id": "a.json", **WRONG}]
    root = files.read({"$id": ROOT, "oneOf": schemas, "items": {"$ref": "a.json"}})
    assert files.target(at(root, "items")) == "right"
    (problem,) = files.problems()
    assert "TW113 warning: $ref 'a.json' is the $id of several schemas: the first of them is taken" in problem


DANGLING = {
    "a URL": ("http://x.org/none.json", "TW107 $ref 'http://x.org/none.json' is a URL (no schema has it as its $id"),
    "relative to an id": ("none.json", "TW105 unknown $ref 'none.json' (there is no such file, and no schema with the"),
    "a pointer in an embedded schema": ("a.json#/$defs/x", "TW105 unknown $ref 'a.json#/$defs/x' (there is no '$defs'"),
    "an anchor": ("#none", "TW105 unknown $ref '#none' (write it as #/path/to/it)"),
    "an anchor of another resource": ("#n", "unknown $ref '#n' (that name is inside another $id: write http://x.org/"),
    "a file that must not be read": ("../../../x.json", "TW108 $ref '../../../x.json' leaves the schema root"),
    "a file by an id": ("file:///etc/passwd", "TW107 $ref 'file:///etc/passwd' is a URL"),
}


@pytest.mark.parametrize(("reference", "message"), DANGLING.values(), ids=list(DANGLING))
def test_a_dangling_reference_is_an_error_at_its_line(files: Files, reference: str, message: str) -> None:
    embedded = {"$id": "a.json", "not": {"$anchor": "n"}}
    root = files.read({"$id": ROOT, "$defs": {"a": embedded}, "items": {"$ref": reference}})
    assert files.source.resolve(at(root, "items")) is None
    (problem,) = files.problems()
    assert problem.startswith("first.json:1:")
    assert message in problem


@pytest.mark.parametrize("base", ["file:///etc/x.json", "../../../etc/", "http://[", "\x00", "file://h/x"])
def test_no_id_leads_out_of_the_root(files: Files, base: str) -> None:
    root = files.read({"$id": base, "items": {"$ref": "passwd"}})
    assert files.source.resolve(at(root, "items")) is None
    (problem,) = files.problems()
    assert "TW105" in problem or "TW108" in problem


@pytest.mark.parametrize(
    "uri",
    [
        *(f"http://json-schema.org/draft-0{number}/schema#" for number in (4, 6, 7)),
        *("https://json-schema.org/draft-07/schema", MODERN, "https://json-schema.org/draft/2019-09/schema"),
        *("https://json-schema.org/draft/2020-12/meta/core", f"{MODERN}#/$defs/none"),
    ],
)
def test_a_metaschema_is_at_hand(files: Files, uri: str) -> None:
    root = files.read({"items": {"$ref": uri}})
    found = files.source.resolve(at(root, "items"))
    assert (found is None) == uri.endswith("none")
    assert list(files.source.documents) == [files.folder / "first.json"]


def test_a_mapped_metaschema_wins_over_the_one_at_hand(files: Files, tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text('{"title": "right"}')
    files.maps = {MODERN: tmp_path / "mine.json"}
    assert files.target(at(files.read({"items": {"$ref": MODERN}}), "items")) == "right"


def test_a_dynamic_reference_leads_to_its_initial_target(files: Files) -> None:
    anchors = {"a": {"$dynamicAnchor": "n", **RIGHT}}
    root = files.read({"$defs": anchors, "items": {"$dynamicRef": "#n"}, "not": {"$dynamicRef": "#none"}})
    found = files.source.initial(at(root, "items"))
    assert found is not None
    assert found.pointer == ("$defs", "a")
    assert files.source.initial(at(root, "$defs/a")) is None
    assert files.problems() == []
    assert files.source.initial(at(root, "not")) is None
    assert "TW105 unknown $dynamicRef '#none'" in files.problems()[0]


def test_the_resource_of_a_node_has_the_root_of_its_pointers_and_its_base(files: Files) -> None:
    inner = {"$id": "in/", "items": {"$id": "#only-a-name", "not": {}}}
    root = files.read({"$id": ROOT, "properties": {"p": inner}}, second={"items": {}})
    resource = files.source.resource_of(at(root, "properties/p/items/not"))
    assert (resource.root.pointer, resource.base) == (("properties", "p"), "http://x.org/schemas/in/")
    assert files.source.resource_of(at(root, "properties")).base == ROOT
    second = files.source.load(files.folder / "second.json")
    assert second is not None
    resource = files.source.resource_of(at(second.root, "items"))
    assert (resource.root.pointer, resource.base) == ((), (files.folder / "second.json").as_uri())
