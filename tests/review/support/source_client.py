"""A client of the old SDK, written from its generated files: it makes, publishes and reads everything there is.

Type-checked against the new SDK it shows what a change of the catalog breaks. Each function does one thing, so that the
name of the function that has an error tells whether publishing, reading or an exhaustive match is what breaks.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

HEAD = ("from __future__ import annotations", "from typing import Any, Literal, assert_never")


@dataclass(slots=True)
class SourceClient:
    """Collects imports and functions."""

    imports: list[str] = field(default_factory=list[str])
    functions: list[str] = field(default_factory=list[str])
    aliases: Mapping[str, ast.expr] = field(default_factory=dict[str, ast.expr])
    """The listed values of the old SDK that have a name: a client of its own writes them out."""

    def add(self, kind: str, arguments: str, *body: str, result: str = "None", is_async: bool = False) -> None:
        """Add a function; its name starts with what breaks where it has an error."""
        start = "async def" if is_async else "def"
        lines = "".join(f"    {line}\n" for line in body)
        self.functions.append(f"{start} {kind}_{len(self.functions)}({arguments}) -> {result}:\n{lines}")

    def text(self) -> str:
        """Return the module."""
        return "\n".join([*HEAD, *dict.fromkeys(self.imports), "", *self.functions])


def clients_of(package: str, files: Mapping[str, str]) -> Iterator[str]:
    """Yield a client for each module of the old SDK; ``files`` are its files by their path in the package."""
    python = [text for path, text in files.items() if path.endswith(".py")]
    aliases = {name: value for text in python for name, value in _aliases(ast.parse(text)).items() if _literals(value)}
    for path, text in sorted(files.items()):
        module = f"{package}.{path.removesuffix('.py').removesuffix('/__init__').replace('/', '.')}"
        if path.endswith("/schemas.py"):  # no part of the interface
            continue
        if path.count("/") == 1 and path.endswith(".py") and module != f"{package}.services":
            client = SourceClient(aliases=aliases)
            _use_module(client, module, ast.parse(text))
            yield client.text()


def _use_module(client: SourceClient, module: str, tree: ast.Module) -> None:
    aliases = _aliases(tree)
    for node in _statements(tree):
        source = getattr(node, "module", None) or ""
        if isinstance(node, (ast.Import, ast.ImportFrom)) and not source.endswith(("__future__", ".schemas")):
            client.imports.append(ast.unparse(node))
    for name in (*aliases, *(node.name for node in tree.body if isinstance(node, ast.ClassDef))):
        client.imports.append(f"from {module} import {name}")
    for node in tree.body:
        if not isinstance(node, ast.ClassDef):
            continue
        if ".services." in module:
            _use_service(client, node)
        elif any(ast.unparse(base) == "MQTTClient" for base in node.bases):
            _use_methods(client, node)
        else:
            _use_model(client, node, makes=module.endswith(".models"))


def _aliases(tree: ast.Module) -> dict[str, ast.expr]:
    annotated = [node for node in tree.body if isinstance(node, ast.AnnAssign)]
    return {ast.unparse(n.target): n.value for n in annotated if ast.unparse(n.annotation) == "TypeAlias" and n.value}


def _statements(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yield the statements of a module, and those that are only for type checkers."""
    for node in tree.body:
        yield node
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            yield from node.body


def _use_model(client: SourceClient, model: ast.ClassDef, *, makes: bool) -> None:
    fields = [
        node
        for node in model.body
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) not in ("model_config", "__json_schema__")
    ]
    for wanted in (fields, [node for node in fields if _is_required(node)]) if makes else ():
        arguments = ", ".join(
            f"v_{ast.unparse(node.target)}: {_bare(node.annotation, client.aliases)}" for node in wanted
        )
        values = ", ".join(f"{ast.unparse(node.target)}=v_{ast.unparse(node.target)}" for node in wanted)
        client.add("produce", arguments, f"return {model.name}({values})", result=model.name)
    for node in fields:
        name, type_ = ast.unparse(node.target), _bare(node.annotation, client.aliases)
        values = _literals(ast.parse(type_, mode="eval").body)
        base = " | ".join(sorted({type(value).__name__ for value in values}))
        client.add("read", f"m: {model.name}", f"return m.{name}", result=base or type_)
        if values:
            client.add("exact", f"m: {model.name}", f"return m.{name}", result=type_)
            tests = [f"if x == {value!r}:\n        return" for value in values]
            client.add("exhaustive", f"m: {model.name}", f"x = m.{name}", *tests, "assert_never(x)")
        for value in values:
            client.add("compare", f"m: {model.name}", f"return m.{name} == {value!r}", result="bool")


def _is_required(node: ast.AnnAssign) -> bool:
    if isinstance(node.value, ast.Call) and ast.unparse(node.value.func) == "Field":
        return not node.value.args and not {keyword.arg for keyword in node.value.keywords} & {
            "default",
            "default_factory",
        }
    return node.value is None


class _Bare(ast.NodeTransformer):
    """Takes the limits out of a type, and writes listed values out."""

    def __init__(self, aliases: Mapping[str, ast.expr]) -> None:
        self.aliases = aliases

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return self.aliases.get(node.id, node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:  # the name is that of ast.NodeVisitor
        if ast.unparse(node.value) == "Annotated" and isinstance(node.slice, ast.Tuple):
            inner: ast.AST = self.visit(node.slice.elts[0])
            return inner
        if ast.unparse(node.value) == "Stated":
            stated: ast.AST = self.visit(node.slice)
            return stated
        return self.generic_visit(node)


def _bare(annotation: ast.expr, aliases: Mapping[str, ast.expr]) -> str:
    return ast.unparse(_Bare(aliases).visit(ast.parse(ast.unparse(annotation), mode="eval")))


def _literals(type_: ast.expr) -> list[object]:
    """Return the values of a type that is nothing but a literal."""
    if not (isinstance(type_, ast.Subscript) and ast.unparse(type_.value) == "Literal"):
        return []
    parts = type_.slice.elts if isinstance(type_.slice, ast.Tuple) else [type_.slice]
    return [ast.literal_eval(part) for part in parts]


def _use_methods(client: SourceClient, topics: ast.ClassDef) -> None:
    for method in topics.body:
        if isinstance(method, ast.AsyncFunctionDef | ast.FunctionDef):
            kind = method.name.partition("_")[0]
            for leave_out in (False, True):
                _call(client, method, topics.name, kind, leave_out=leave_out)


def _call(
    client: SourceClient, method: ast.AsyncFunctionDef | ast.FunctionDef, owner: str, kind: str, *, leave_out: bool
) -> None:
    """Call a method with arguments of its own types; ``leave_out`` those that have a default."""
    arguments = list(_arguments(method, leave_out=leave_out))
    typed = ", ".join(
        [
            f"c: {owner}",
            *(f"{a.arg}: {_bare(a.annotation, client.aliases) if a.annotation else 'Any'}" for a, _ in arguments),
        ]
    )
    values = ", ".join(f"{a.arg}={a.arg}" if named else a.arg for a, named in arguments)
    is_async = isinstance(method, ast.AsyncFunctionDef)
    result = ast.unparse(method.returns) if method.returns else "None"
    client.add(
        kind, typed, f"return {'await ' if is_async else ''}c.{method.name}({values})", result=result, is_async=is_async
    )


def _arguments(method: ast.AsyncFunctionDef | ast.FunctionDef, *, leave_out: bool) -> Iterator[tuple[ast.arg, bool]]:
    """Yield the arguments after ``self``, and whether they are given by name."""
    yield from ((argument, False) for argument in method.args.args[1:])
    for argument, default in zip(method.args.kwonlyargs, method.args.kw_defaults, strict=True):
        if default is None or not leave_out:
            yield argument, True


def _use_service(client: SourceClient, service: ast.ClassDef) -> None:
    for node in service.body:
        if isinstance(node, ast.Assign):
            client.add("service", f"c: {service.name}", f"print(c.{ast.unparse(node.targets[0])})")
