"""Types to Python annotations: the simplest are made here, all others by datamodel-code-generator.

It is called once for the whole catalog, with every distinct schema of a field or payload once: as the property
``p<number>`` of one object, in which other types are called ``T<number>``. So it sees no name and no prose of a
document, and an edit of one event cannot change the annotations of another. Of its output only the annotations are
taken, as syntax trees of which every node is checked: anything that could run code on import is refused.
"""

from __future__ import annotations

import ast
import copy
import json
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.documents.node import Node
from topicwright_codegen.overriding import override
from topicwright_codegen.render.plain_types import NEEDS, plain_type
from topicwright_codegen.schemas.flat import Flat
from topicwright_codegen.schemas.types import Type

_NUMBERED = re.compile(r"T(\d+)\Z")
_REFERENCE = re.compile(r'"\$ref": "#/\$defs/(T\d+)"')
_BUILTINS = frozenset(("bool", "bytes", "dict", "float", "int", "list", "str", "tuple"))
_MODULES = frozenset(("datetime", "decimal", "pydantic", "typing", "uuid"))
_CALLS = frozenset(("Field", "StringConstraints"))
_NODES = (
    ast.Name,
    ast.Load,
    ast.Subscript,
    ast.Tuple,
    ast.BinOp,
    ast.BitOr,
    ast.Constant,
    ast.UnaryOp,
    ast.USub,
    ast.Call,
    ast.keyword,
)

Lookup = Callable[[str, str], str]
"""From module and name to the name that a generated file uses for it."""


@dataclass(slots=True)
class Annotations:
    """The annotation of every schema in the flat form."""

    types: dict[int, Type]
    expressions: dict[str, ast.expr] = field(default_factory=dict[str, ast.expr])
    modules: dict[str, str] = field(default_factory=dict[str, str])
    """Where each imported name comes from."""
    _used: dict[str, frozenset[int]] = field(default_factory=dict[str, frozenset[int]])

    def of(self, schema: Flat) -> ast.expr:
        """Return the annotation of a schema, other types by their numbers."""
        return self.expressions[_key(schema)]

    def used(self, type_: Type) -> set[int]:
        """Return the named types that a type's annotations mention, those in inline types too."""
        return {number for schema in _schemas(type_) for number in self._mentioned(schema)}

    def _mentioned(self, schema: Flat) -> frozenset[int]:
        key = _key(schema)
        if key not in self._used:
            names = (node.id for node in ast.walk(self.expressions[key]) if isinstance(node, ast.Name))
            mentioned = (self.types[int(name[1:])] for name in names if _NUMBERED.match(name))
            self._used[key] = frozenset(
                number
                for type_ in mentioned
                for number in ([type_.number] if type_.symbol else self._mentioned(type_.schema))
            )
        return self._used[key]


class Localizer(ast.NodeTransformer):
    """Writes annotations with the names of one file, inline types in place."""

    def __init__(self, annotations: Annotations, lookup: Lookup) -> None:
        self.annotations = annotations
        self.lookup = lookup
        self._known: dict[str, ast.expr] = {}

    def local(self, schema: Flat) -> ast.expr:
        """Return the annotation of a schema; callers must not change it, because it is used again."""
        key = _key(schema)
        if key not in self._known:
            visited = self.visit(copy.deepcopy(self.annotations.of(schema)))
            assert isinstance(visited, ast.expr)
            self._known[key] = visited
        return self._known[key]

    def lenient(self, annotation: ast.expr, names: Sequence[str]) -> ast.expr:
        """Return an annotation of which a reader understands more."""
        if not names:
            return annotation
        arguments: list[ast.expr] = [ast.Constant(name) for name in names]
        marker = ast.Call(ast.Name(self.lookup("topicwright", "Lenient")), arguments, [])
        annotated = ast.Name(self.lookup("typing", "Annotated"))
        parts = [annotation]
        if isinstance(annotation, ast.Subscript) and isinstance(annotation.slice, ast.Tuple):
            outer = annotation.value
            parts = annotation.slice.elts if isinstance(outer, ast.Name) and outer.id == annotated.id else parts
        return ast.Subscript(annotated, ast.Tuple([*parts, marker]))

    @override
    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Return a union with each alternative once: written out in place, two types can be one."""
        different = {ast.dump(part): part for part in _alternatives(self.generic_visit(node))}
        return reduce(lambda left, right: ast.BinOp(left, ast.BitOr(), right), different.values())

    @override
    def visit_Name(self, node: ast.Name) -> ast.expr:
        match = _NUMBERED.match(node.id)
        if match is not None:
            type_ = self.annotations.types[int(match[1])]
            if type_.symbol is None or self._is_null(type_):
                return self.lenient(self.local(type_.schema), type_.lenient)
            return ast.Name(self.lookup(type_.symbol.module, type_.symbol.name))
        module = self.annotations.modules.get(node.id)
        return node if module is None else ast.Name(self.lookup(module, node.id))

    def _is_null(self, type_: Type) -> bool:
        """Return whether a type is a name for None: Python has no union of two names of it."""
        return type_.kind == "alias" and isinstance(self.local(type_.schema), ast.Constant)


def _alternatives(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp):
        yield from _alternatives(node.left)
        yield from _alternatives(node.right)
    elif isinstance(node, ast.expr):
        yield node


def annotate(types: Sequence[Type], diagnostics: Diagnostics, selected: Iterable[Type] | None = None) -> Annotations:
    """Return the annotations of the types that are wanted, or of all."""
    annotations = Annotations({type_.number: type_ for type_ in types})
    annotations.modules = {"Annotated": "typing", **NEEDS}
    others: dict[str, tuple[Flat, Node]] = {}
    for key, (schema, node) in _wanted(types if selected is None else selected):
        expression = plain_type(schema)
        if expression is None:
            others[key] = (schema, node)
        else:
            annotations.expressions[key] = expression
    if others:
        _annotate_others(others, annotations, diagnostics)
    return annotations


def _annotate_others(
    others: Mapping[str, tuple[Flat, Node]], annotations: Annotations, diagnostics: Diagnostics
) -> None:
    try:
        module = ast.parse(_generated([schema for schema, _ in others.values()]))
    except Exception as error:  # any: the library does not support a schema
        node = next(node for _, node in others.values())
        diagnostics.error("TW431", f"datamodel-code-generator fails on these schemas: {error}", node)
        return
    annotations.modules.update(_imports(module))
    members = dict(_members(module))
    for at, (key, (_, node)) in enumerate(others.items()):
        expression = members.get(f"p{at}")
        if expression is None or not _harmless(expression, annotations):
            diagnostics.error("TW430", "this schema has no Python type", node, "write a simpler schema")
            expression = ast.Name("object")
        annotations.expressions[key] = expression


def with_inline_types(start: Iterable[Type], types: Sequence[Type]) -> list[Type]:
    """Return types with those that are written out in them: nameless ones, and names that may be of None."""
    return _reached(start, types, lambda type_: type_.symbol is None or type_.kind == "alias")


def with_needed_types(start: Iterable[Type], types: Sequence[Type]) -> list[Type]:
    """Return types with all that they refer to."""
    return _reached(start, types, lambda _: True)


def _reached(start: Iterable[Type], types: Sequence[Type], is_wanted: Callable[[Type], bool]) -> list[Type]:
    by_number = {type_.number: type_ for type_ in types}
    found = {type_.number: type_ for type_ in start}
    waiting = list(found.values())
    while waiting:
        for name in _references({"": {"": _schemas(waiting.pop())}}):
            type_ = by_number[int(name[1:])]
            if is_wanted(type_) and type_.number not in found:
                found[type_.number] = type_
                waiting.append(type_)
    return list(found.values())


def _key(schema: Flat) -> str:
    return json.dumps(schema, sort_keys=True)


def _schemas(type_: Type) -> list[Flat]:
    if type_.kind != "object":
        return [type_.schema]
    extras = [] if type_.extras is None else [type_.extras]
    return [*(field.schema for field in type_.fields), *extras]


def _wanted(types: Iterable[Type]) -> Iterator[tuple[str, tuple[Flat, Node]]]:
    """Yield every schema that needs an annotation, by its key, with the first place that has it."""
    seen: set[str] = set()
    for type_ in types:
        schemas = _schemas(type_)
        nodes = [field.node for field in type_.fields] + [type_.node]
        for schema, node in zip(schemas, nodes[: len(schemas)], strict=True):
            key = _key(schema)
            if key not in seen:
                seen.add(key)
                yield key, (schema, node)


def _root(schemas: Sequence[Flat]) -> Flat:
    """Return one object with a property ``p<number>`` for each schema."""
    properties = {f"p{at}": schema for at, schema in enumerate(schemas)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "$defs": {name: {"type": "object", "properties": {"p": {}}} for name in _references(properties)},
    }


def _generated(schemas: Sequence[Flat]) -> str:
    # Loading it takes longer than compiling a small catalog, and many have no schema that needs it.
    from datamodel_code_generator import InputFileType, LiteralType, PythonVersion, generate
    from datamodel_code_generator.enums import DataModelType

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        text = generate(
            json.dumps(_root(schemas)),
            input_file_type=InputFileType.JsonSchema,
            output_model_type=DataModelType.PydanticV2BaseModel,
            target_python_version=PythonVersion.PY_311,
            class_name="Root",
            use_annotated=True,
            field_constraints=True,
            strict_nullable=True,
            enum_field_as_literal=LiteralType.All,
            use_standard_collections=True,
            use_union_operator=True,
            disable_timestamp=True,
            allow_remote_refs=False,
            formatters=[],
        )
    assert isinstance(text, str)
    return text


def _references(schemas: Mapping[str, Flat]) -> list[str]:
    """Return the names of the types that schemas refer to."""
    return sorted(set(_REFERENCE.findall(json.dumps(schemas))))


def _imports(module: ast.Module) -> Iterator[tuple[str, str]]:
    for node in module.body:
        if isinstance(node, ast.ImportFrom) and node.module in _MODULES:
            for alias in node.names:
                if alias.asname is None:
                    yield alias.name, node.module


def _members(module: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    root = next((node for node in module.body if isinstance(node, ast.ClassDef) and node.name == "Root"), None)
    for node in root.body if root else ():
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, node.annotation


def _harmless(expression: ast.expr, annotations: Annotations) -> bool:
    """Return whether an annotation has only known names, literals and constraints."""
    return all(_known(node, annotations) for node in ast.walk(expression))


def _known(node: ast.AST, annotations: Annotations) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in _CALLS and not node.args
    if isinstance(node, ast.Name):
        match = _NUMBERED.match(node.id)
        if match is not None:
            return int(match[1]) in annotations.types
        return node.id in _BUILTINS or node.id in annotations.modules
    return isinstance(node, _NODES)
