"""Texts that stand below a name: of a constant in a module, of a field in a class. Python itself drops them."""

from __future__ import annotations

import ast
import inspect
import itertools
import re
import textwrap
from types import ModuleType
from typing import Final

_MADE: Final = re.compile(
    r"(Parameters of|The payload of|The headers of|Part of|Topics of the|The client of) \S", re.DOTALL
)
"""How the docstrings begin that the compiler makes where a catalog has no text."""


def is_made(text: str) -> bool:
    """Return whether a docstring is one that the compiler makes."""
    return _MADE.match(text) is not None


def own_doc(kind: object) -> str:
    """Return the docstring of a class itself, not of its bases; empty where it has none that its author wrote."""
    text = inspect.cleandoc(vars(kind).get("__doc__") or "") if isinstance(kind, type) else ""
    return "" if is_made(text) else text


def texts_below_names(place: ModuleType | type) -> dict[str, str]:
    """Return the text below each name that a module or class assigns; none where there is no source."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(place)))
    except (OSError, TypeError, SyntaxError):
        return {}
    body: list[ast.stmt] = tree.body
    if isinstance(place, type):
        body = next((node.body for node in body if isinstance(node, ast.ClassDef)), body[:0])
    texts: dict[str, str] = {}
    for before, node in itertools.pairwise(body):
        match before, node:
            case (
                ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                texts[name] = inspect.cleandoc(text)
            case _:
                pass
    return texts
