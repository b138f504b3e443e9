"""Text for the template of ``models.py``: classes, type aliases, fields."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from topicwright_codegen.catalog.model import Domain
from topicwright_codegen.documents.values import plain
from topicwright_codegen.graph import cyclic_parts, topological_order
from topicwright_codegen.render.annotations import Annotations, Localizer
from topicwright_codegen.render.imports import Scope
from topicwright_codegen.render.literals import code, default_expression
from topicwright_codegen.schemas.flat import Flat, branches_of, reference_of
from topicwright_codegen.schemas.types import Field, Type


@dataclass(frozen=True, slots=True)
class FieldText:
    """One line of a class, and its docstring."""

    line: str
    doc: str


@dataclass(frozen=True, slots=True)
class TypeText:
    """A class, or a type alias where ``bases`` is empty."""

    name: str
    bases: str
    value: str
    doc: str
    open: bool
    fields: tuple[FieldText, ...]
    rebuild: bool
    """Whether it refers to a class that comes later."""


_WRAPPED = {
    (False, False, False): "",
    (True, False, False): "Omittable",
    (False, True, False): "Nullable",
    (False, False, True): "Stated",
}
"""The alias around the type of a field: for one that is omittable, nullable, or required with a default."""
_WITHOUT_CLASSES = frozenset(
    ("list", "dict", "str", "int", "float", "bool", "Any", "Literal", "Annotated", "Field", "Lenient")
)
"""The names in the annotations of values that are made of JSON values alone."""


def _docs(domain: Domain) -> dict[int, str]:
    """Return the docstrings of the types of a domain; one without the author's words says what it is for."""
    uses = [(topic.headers, "The headers", topic) for topic in domain.topics]
    uses += [(topic.payload, "The payload", topic) for topic in domain.topics]
    docs = {type_.number: f"{what} of {code(topic.event_type)}." for type_, what, topic in reversed(uses) if type_}
    for type_ in domain.types:
        whole = f"{code(type_.whole_name)}." if type_.whole_name else ""
        docs[type_.number] = "\n\n".join(filter(None, (type_.doc, whole))) or docs.get(type_.number, "")
    return docs


def type_texts(domain: Domain, annotations: Annotations, scope: Scope, package: str) -> list[TypeText]:
    """Return the types of a domain so that what a type needs comes before it."""
    types = {type_.number: type_ for type_ in domain.types}
    edges = {number: sorted(annotations.used(type_) & types.keys()) for number, type_ in types.items()}
    circular = {number for part in cyclic_parts(edges, loops=False) for number in part}
    for type_ in domain.types:
        if type_.symbol is not None:
            scope.define(type_.symbol.name)
    writer = _Writer(annotations, scope, Localizer(annotations, scope.use), _names(domain), package, _docs(domain))
    return [writer.text(types[number], number in circular) for number in topological_order(_eager(edges, types))]


def _eager(edges: Mapping[int, Iterable[int]], types: Mapping[int, Type]) -> dict[int, list[int]]:
    """Return the edges to types that must be defined first.

    A type alias is evaluated where it is written, and the annotations of a class later: of a circle the classes come
    before the aliases.
    """
    part_of = {number: at for at, part in enumerate(cyclic_parts(edges, loops=False)) for number in part}

    def waits(number: int, other: int) -> bool:
        together = number in part_of and part_of[number] == part_of.get(other)
        return not together or types[number].kind == "alias" or types[other].kind != "alias"

    return {number: [other for other in others if waits(number, other)] for number, others in edges.items()}


def _names(domain: Domain) -> set[str]:
    return {type_.symbol.name for type_ in domain.types if type_.symbol is not None}


@dataclass(frozen=True, slots=True)
class _Writer:
    annotations: Annotations
    scope: Scope
    localizer: Localizer
    pending: set[str]
    """The types of the file that are not defined yet where its next line runs."""
    package: str
    docs: Mapping[int, str]

    def text(self, type_: Type, circular: bool) -> TypeText:
        """Return a type, and count it as written."""
        text = self._text(type_, circular)
        self.pending.discard(text.name)
        return text

    def _text(self, type_: Type, circular: bool) -> TypeText:
        assert type_.symbol is not None
        name, doc = type_.symbol.name, self.docs[type_.number]
        if type_.kind == "object":
            fields = (*self._special(type_), *self._fields(type_))
            if type_.open:
                self.scope.use("pydantic", "ConfigDict")
            base = self.scope.runtime("Model")
            return TypeText(name, base, "", doc, type_.open, fields, circular)
        expression = self.localizer.local(type_.schema)
        root = ast.unparse(expression)
        if type_.kind == "root":
            later = any(isinstance(node, ast.Name) and node.id in self.pending for node in ast.walk(expression))
            base = f"{self.scope.runtime('RootModel')}[{repr(root) if later else root}]"
            return TypeText(name, base, "", doc, False, tuple(self._special(type_)), circular)
        self.scope.use("typing", "TypeAlias")
        return TypeText(name, "", root, doc, False, (), False)

    def _special(self, type_: Type) -> Iterator[FieldText]:
        """Yield the special attributes of a class, which come before its fields."""
        if type_.open and type_.extras is not None:
            extras = self.localizer.local(type_.extras)
            assert isinstance(extras, ast.Subscript)
            line = f"{self.scope.runtime('Extras')}[{ast.unparse(extras.slice)}]"
            # Without a value type checkers take it for a required argument of the constructor.
            value = f"{self.scope.use('pydantic', 'Field')}(init=False)"
            yield FieldText(f"__pydantic_extra__: {line} = {value}", "")
        if type_.judge:
            kind = f"{self.scope.use('typing', 'ClassVar')}[{self.scope.runtime('JsonSchema')}]"
            schemas = self.scope.use(f"{self.package}.{type_.domain}.schemas", "SCHEMAS", private=True)
            yield FieldText(f"__json_schema__: {kind} = {schemas}[{type_.judge!r}]", "")

    def _fields(self, type_: Type) -> Iterator[FieldText]:
        for field in type_.fields:
            annotation = self.localizer.local(field.schema)
            value = self._value(field, annotation)
            wrapped = _WRAPPED[(field.omittable, field.nullable, field.defaulted_but_required)]
            if wrapped:
                annotation = ast.Subscript(ast.Name(self.scope.runtime(wrapped)), annotation)
            annotation = self.localizer.lenient(annotation, field.lenient)
            if field.wire != field.name:
                annotation = self._aliased(annotation, field.wire)
            yield FieldText(f"{field.name}: {ast.unparse(annotation)}{value}", field.doc)

    def _aliased(self, annotation: ast.expr, alias: str) -> ast.expr:
        """Put the JSON name where type checkers do not take it for the constructor's argument: into Annotated."""
        keyword = ast.keyword("alias", ast.Constant(alias))
        if isinstance(annotation, ast.Subscript) and isinstance(annotation.slice, ast.Tuple):
            last = annotation.slice.elts[-1]
            if isinstance(last, ast.Call) and isinstance(last.func, ast.Name) and last.func.id == "Field":
                field = ast.Call(last.func, last.args, [*last.keywords, keyword])
                return ast.Subscript(annotation.value, ast.Tuple([*annotation.slice.elts[:-1], field]))
        field = ast.Call(ast.Name(self.scope.use("pydantic", "Field")), [], [keyword])
        return ast.Subscript(ast.Name(self.scope.use("typing", "Annotated")), ast.Tuple([annotation, field]))

    def _value(self, field: Field, annotation: ast.expr) -> str:
        if field.required:
            return ""
        if field.omittable or field.nullable:
            return " = None"
        if field.factory is not None:
            return self._default_factory(self.scope.runtime(field.factory))
        simple = default_expression(field.default, self._plain(field.schema))
        if simple is None or self._is_wrapped(field.schema):
            return self._default_factory(self._factory(field, annotation))
        for module, name in (("datetime", "datetime"), ("datetime", "date"), ("uuid", "UUID")):
            if simple.startswith((f"{name}.", f"{name}(")):
                self.scope.use(module, name)
        return f" = {simple}"

    def _default_factory(self, factory: str) -> str:
        return f" = {self.scope.use('pydantic', 'Field')}(default_factory={factory})"

    def _factory(self, field: Field, annotation: ast.expr) -> str:
        """Return what makes a default that each object needs its own copy of."""
        written, value = _bare(annotation), repr(plain(field.default))
        kind = self._class_kind(field.schema)
        if kind and isinstance(written, ast.Name):
            if kind == "root" or field.default:
                return f"lambda: {written.id}.model_validate({value})"
            return f"lambda: {written.id}()" if written.id in self.pending else written.id
        bare = _bare(self.localizer.local(self._plain(field.schema)))
        if not field.default and bare is not written and _generic(bare) in ("list", "dict"):
            return f"lambda: {value}"
        if not field.default and _generic(bare) in ("list", "dict"):
            return ast.unparse(_quoted(bare, self.pending))
        if _is_any(bare) or (_generic(bare) in ("list", "dict") and not self._has_classes(bare)):
            return f"lambda: {value}"
        adapter = self.scope.use("pydantic", "TypeAdapter")
        if isinstance(bare, ast.Subscript):
            return f"lambda: {adapter}({ast.unparse(written)}).validate_python({value})"
        # A union is no class: the type must be written out for type checkers.
        return f"lambda: {adapter}[{ast.unparse(written)}]({ast.unparse(written)}).validate_python({value})"

    def _class_kind(self, schema: Flat) -> str:
        """Return the kind of the class that a schema is; empty where it is none."""
        number = reference_of(schema)
        kind = "" if number is None else self.annotations.types[number].kind
        if number is not None and kind not in ("object", "root"):
            return self._class_kind(self.annotations.types[number].schema)
        return kind

    def _is_wrapped(self, schema: Flat) -> bool:
        """Return whether a value of a schema can be an object of a class that JSON has no such thing for."""
        number = reference_of(schema)
        if number is not None:
            type_ = self.annotations.types[number]
            return type_.kind == "root" or (type_.kind != "object" and self._is_wrapped(type_.schema))
        return any("format" in branch or self._is_wrapped(branch) for branch in branches_of(schema))

    def _has_classes(self, annotation: ast.expr) -> bool:
        names = {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)}
        return not names <= _WITHOUT_CLASSES

    def _plain(self, schema: Flat) -> Flat:
        """Return a flat schema with its references followed."""
        while (number := reference_of(schema)) is not None:
            schema = self.annotations.types[number].schema
        return schema


def _bare(annotation: ast.expr) -> ast.expr:
    """Return the type without the constraints around it."""
    if _generic(annotation) == "Annotated" and isinstance(annotation, ast.Subscript):
        assert isinstance(annotation.slice, ast.Tuple)
        return annotation.slice.elts[0]
    return annotation


def _quoted(annotation: ast.expr, names: set[str]) -> ast.expr:
    """Return an expression that can run before the classes ``names`` are defined."""
    copy = ast.parse(ast.unparse(annotation), mode="eval").body
    for node in ast.walk(copy):
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Name) and node.slice.id in names:
            node.slice = ast.Constant(node.slice.id)
        elif isinstance(node, ast.Tuple):
            node.elts = [ast.Constant(e.id) if isinstance(e, ast.Name) and e.id in names else e for e in node.elts]
    return copy


def _is_any(annotation: ast.expr) -> bool:
    return isinstance(annotation, ast.Name) and annotation.id == "Any"


def _generic(annotation: ast.expr) -> str:
    if isinstance(annotation, ast.Subscript) and isinstance(annotation.value, ast.Name):
        return annotation.value.id
    return ""
