"""A discriminator tells classes apart by a field: its values are part of what readers accept."""

from __future__ import annotations

import re

import pytest

from tests.review.support.catalogs import HEAD, compare

OPENAPI = "application/vnd.oai.openapi+yaml;version=3.0.0"
MAPPED = "{propertyName: kind, mapping: {cat: '#/components/schemas/Cat', dog: '#/components/schemas/Dog'}}"


def document(discriminator: str, cat: str = "Cat", field: str = "kind") -> str:
    """Return a catalog of a union of two classes that nothing but the discriminator tells apart."""
    is_object = discriminator.startswith("{")
    wrapped = f"schemaFormat: '{OPENAPI}', schema: " if is_object else ""
    end = "/schema" if is_object else ""

    def schema(name: str, text: str) -> str:
        return f"    {name}: {{{wrapped}{{{text}}}}}\n" if is_object else f"    {name}: {{{text}}}\n"

    branches = f"{{$ref: '#/components/schemas/{cat}{end}'}}, {{$ref: '#/components/schemas/Dog{end}'}}"
    union = f"type: object, oneOf: [{branches}]" + (f", discriminator: {discriminator}" if discriminator else "")
    own = f"type: object, required: [{field}, legs], properties: {{{field}: {{type: string}}, legs: {{type: integer}}}}"
    reference = f"$ref: '#/components/schemas/Pet{end}'"
    payload = f"{{{wrapped}{{{reference}}}}}" if is_object else f"{{{reference}}}"
    return (
        f"{HEAD}channels:\n  state:\n    address: home/state\n"
        f"    messages: {{m: {{name: home.state, payload: {payload}}}}}\n"
        f"operations: {{send: {{action: send, channel: {{$ref: '#/channels/state'}}}}}}\ncomponents:\n  schemas:\n"
        + schema("Pet", union)
        + schema(cat, own)
        + schema("Dog", own)
    )


CHANGED = {
    "another value": (document(MAPPED), document(MAPPED.replace("cat:", "kitten:")), ("reject", "reject")),
    "names instead of values": (
        document(MAPPED),
        document("{propertyName: kind, mapping: {}}"),
        ("reject", "reject"),
    ),
    "a schema is renamed": (document("kind"), document("kind", cat="Kitten"), ("reject", "reject")),
    "no discriminator any more": (document("kind"), document("").replace("oneOf", "anyOf"), ("reject", "ok")),
}


@pytest.mark.parametrize("name", CHANGED)
def test_changed_values_of_a_discriminator_are_judged(tmp_path, name):
    old, new, wanted = CHANGED[name]
    found = compare(tmp_path, old, new)
    assert (found.old_consumer, found.new_consumer) == wanted
    proofs = [one.witness.message for one in found.findings if one.severity == "breaking"]
    assert all(isinstance(proof, dict) and "kind" in proof for proof in proofs)


def test_classes_of_one_name_are_told_apart_by_their_tags(tmp_path):
    old, new, _ = CHANGED["another value"]
    (text,) = (one.message for one in compare(tmp_path, old, new).findings if one.rule == "type-changed")
    assert re.search(r"Cat \(kind='cat'\) became Cat \(kind='kitten'\)", text)


def test_a_mapping_written_in_another_way_changes_nothing(tmp_path):
    other = MAPPED.replace("/Cat'", "/Cat/schema'").replace("'#/components/schemas/Dog'", "Dog")
    found = compare(tmp_path, document(MAPPED), document(other))
    assert found.severity in ("docs", "safe")
