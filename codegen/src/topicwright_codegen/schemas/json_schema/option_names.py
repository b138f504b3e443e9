"""Names of alternatives: by what each is, and never by its position, so that a new one in front renames no other."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product

from topicwright_codegen import naming
from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.values import Map, Seq, Value, plain
from topicwright_codegen.schemas.json_schema.keywords import keywords_of
from topicwright_codegen.schemas.json_schema.object_shape import Analysis, all_of, is_object, shape_of
from topicwright_codegen.schemas.json_schema.rewrites import own_name

_KINDS = {"object": "Object", "array": "List", "string": "Text"}
_MOST = 3
"""Longer lists of values are no name."""


def union_names(branches: Sequence[Node], name: str, owner: str, analysis: Analysis) -> list[str]:
    """Return the names of the alternatives of the union ``name``; the only one beside null has the name of the union.

    ``owner`` is the class that the union belongs to, whose name is taken.
    """
    others = [branch for branch in branches if keywords_of(branch).get("type") != "null"]
    if len(others) == 1 and name != owner and "title" not in keywords_of(others[0]):
        return [name] * len(branches)
    return option_names([branches], name, analysis)


def option_names(unions: Sequence[Sequence[Node]], name: str, analysis: Analysis) -> list[str]:
    """Return the name of each combination of one alternative of each union.

    An alternative is called by its title, its schema's name, its constant, a field that only it has, or its kind: the
    first of these that no other alternative has. Where there is none, by digits made of its text.
    """
    words = ["".join(chosen) for chosen in product(*(_words_of(branches, analysis) for branches in unions))]
    return [word if word.startswith(name) and word != name else name + word for word in words]


def _words_of(branches: Sequence[Node], analysis: Analysis) -> list[str]:
    """Return what tells each alternative from the others."""
    resolved = [analysis.source.resolve(branch) or branch for branch in branches]
    constants = [dict(_constants(branch, analysis)) for branch in resolved]
    shared = Counter(field for fields in constants for field in fields)
    possible = [
        list(dict.fromkeys(_words(branch, target, _by_use(own, shared), analysis)))
        for branch, target, own in zip(branches, resolved, constants, strict=True)
    ]
    chosen = naming.distinct(possible)
    return [word or _with_digits(words, target) for word, words, target in zip(chosen, possible, resolved, strict=True)]


def _words(branch: Node, target: Node, constants: Sequence[str], analysis: Analysis) -> Iterator[str]:
    """Yield the words that an alternative can be called by, the best first."""
    title = keywords_of(branch).get("title") or keywords_of(target).get("title")
    texts = [title if isinstance(title, str) else ""]
    texts += [own_name(target)] if branch.ref is not None else []
    yield from filter(None, map(naming.pascal, texts))
    yield from constants
    yield from filter(None, (naming.pascal(own_name(part)) for part in all_of(target, analysis.source)))
    yield from _fields(target, analysis)
    kind = keywords_of(target).get("type")
    if isinstance(kind, str) and naming.pascal(kind):
        yield _KINDS.get(kind, naming.pascal(kind))


def _by_use(constants: dict[str, str], shared: Counter[str]) -> list[str]:
    """Return the words of constants, first of the field that most alternatives have one for: it discriminates."""
    return [constants[field] for field in sorted(constants, key=lambda field: -shared[field])]


def _constants(branch: Node, analysis: Analysis) -> Iterator[tuple[str, str]]:
    """Yield the fields that have one value, or a few, with a word for it; those that are required come first."""
    for field, node in _properties(branch, analysis):
        schema = analysis.source.resolve(node) or node
        values = listed_values(schema) or ()
        word = "Or".join(_value_word(field, value) for value in values[:_MOST])
        if word and len(values) <= _MOST:
            yield field, word


def listed_values(schema: Node) -> Sequence[Value] | None:
    """Return the values that a schema lists."""
    if not isinstance(schema.value, Map):
        return None
    if "const" in schema.value:
        return [schema.value["const"]]
    listed = schema.value.get("enum")
    return listed if isinstance(listed, Seq) else None


def _value_word(field: str, value: Value) -> str:
    """Return a word for a value: a text is one, and any other needs its field."""
    if isinstance(value, (Map, Seq)):
        return ""
    word = naming.pascal(value) if isinstance(value, str) else naming.pascal(str(value).lower())
    is_word = isinstance(value, str) and word and not word[0].isdigit()
    return word if is_word else naming.pascal(field) + word


def _fields(branch: Node, analysis: Analysis) -> Iterator[str]:
    """Yield a word for each field of an object."""
    return (f"With{word}" for name, _ in _properties(branch, analysis) if (word := naming.pascal(name)))


def _properties(branch: Node, analysis: Analysis) -> list[tuple[str, Node]]:
    if not is_object(branch, analysis):
        return []
    shape = shape_of(branch, analysis)
    return sorted(shape.properties.items(), key=lambda item: item[0] not in shape.required)


def _with_digits(words: Sequence[str], target: Node) -> str:
    """Return a name that others have too, with digits made of the schema's own text."""
    text = json.dumps(plain(target.value), sort_keys=True, default=str)
    return naming.with_digits(words[0] if words else "Option", text)
