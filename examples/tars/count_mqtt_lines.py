"""Counts the MQTT-related lines of the example services, with the same rules for each.

A line counts if it has code (no blank line, comment or docstring) and belongs to a statement about MQTT: an import of
the SDK or the runtime, connecting, publishing, subscribing, dispatching, parsing or health. All lines of a call count;
of a handler those of its signature.

    python examples/tars/count_mqtt_lines.py        # a table in Markdown
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

SERVICES = {
    "memory-worker": ("memory_worker.py",),
    "llm-worker": ("llm_worker.py",),
    "stt-worker": ("stt_worker.py",),
    "wake-activation": ("wake_activation.py",),
    "router": ("router.py",),
}
SHARED = "run.py"
BEFORE = {"memory-worker": 262, "llm-worker": 509, "stt-worker": 289, "wake-activation": 124, "router": 128}
"""The counts of the hand-written services, in the reference system before it moved to a central client."""
MODULES = ("tars", "topicwright")
VERBS = ("publish_", "on_", "request_", "serve_", "stream_")
METHODS = frozenset({"from_env", "run_forever", "connect", "shutdown", "stats", "on", "subscribe", "publish_event"})
NAMES = frozenset({"Event", "MQTTClient", "ConnectError", "ConfigurationError"})


def _is_import(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.level == 0 and (node.module or "").split(".")[0] in MODULES
    return isinstance(node, ast.Import) and any(item.name.split(".")[0] in MODULES for item in node.names)


def _is_client_use(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        on_client = isinstance(node.value, ast.Name | ast.Attribute)
        return on_client and (node.attr.startswith(VERBS) or node.attr in METHODS)
    return isinstance(node, ast.Name) and node.id in NAMES


def _span(node: ast.stmt) -> range:
    """Return the lines of a statement; of a compound statement those of its head."""
    end = node.end_lineno or node.lineno
    inner = [child.lineno for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)]
    return range(node.lineno, min(inner, default=end + 1))


def _head(node: ast.stmt) -> Iterator[ast.AST]:
    """Yield the expressions of a statement, without those of the statements inside it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.stmt):
            yield from ast.walk(child)


def mqtt_lines(source: str) -> set[int]:
    """Return the numbers of the lines about MQTT."""
    lines: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.stmt) and (_is_import(node) or any(map(_is_client_use, _head(node)))):
            lines.update(_span(node))
    code = source.splitlines()
    return {number for number in lines if code[number - 1].strip() and not code[number - 1].strip().startswith("#")}


def count(folder: Path) -> dict[str, int]:
    """Return the number of lines of each service; the shared module counts for every service."""
    shared = len(mqtt_lines((folder / SHARED).read_text("utf-8")))
    return {
        name: shared + sum(len(mqtt_lines((folder / file).read_text("utf-8"))) for file in files)
        for name, files in SERVICES.items()
    }


def table(after: dict[str, int]) -> str:
    """Return the counts before and after as a Markdown table."""
    rows = [(name, BEFORE[name], lines) for name, lines in after.items()]
    rows.append(("**total**", sum(BEFORE.values()), sum(after.values())))
    head = "| service | before | after | change |\n|---|---|---|---|\n"
    return head + "\n".join(f"| {name} | {old} | {new} | {new / old - 1:+.0%} |" for name, old, new in rows)


if __name__ == "__main__":
    print(table(count(Path(__file__).parent / "tars_services")))
