"""A small project with texts of many alphabets, and a command line for each command that runs in it."""

from __future__ import annotations

import subprocess
from pathlib import Path

CATALOG = """\
asyncapi: 3.0.0
info: {title: Überwachung 温度, version: 1.0.0}
channels:
  reading:
    address: häuser/{raum}/温度
    parameters: {raum: {description: Wo?}}
    messages: {Lesung: {name: lesung.done, summary: Größe — “°C”, payload: {$ref: '#/components/schemas/Lesung'}}}
operations:
  sendIt: {action: send, channel: {$ref: '#/channels/reading'}}
components:
  schemas:
    Lesung: {type: object, properties: {温度: {type: integer}, größe: {type: string, enum: [ß, ü]}}}
"""
TOPICS = '''\
"""Topics of a plant."""

from dataclasses import dataclass

from pydantic import BaseModel
from topicwright import Topic


class Lesung(BaseModel):
    """Größe in 温度."""

    größe: int


LESUNG = Topic("haus/größe", Lesung)
'''
SETTINGS = '[tool.topicwright]\nsources = ["home.yaml"]\npackage = "sdk"\noutput = "out"\n'
RETAINED = '{"topic": "häuser/küche/温度", "payload": "nothing of ours ß", "qos": 0}\n'
PACKAGE = ("--package", "sdk", "--output", "out")

LINES: dict[str, tuple[str, ...]] = {
    "init": ("neu",),
    "generate": ("home.yaml", *PACKAGE),
    "check": ("home.yaml", *PACKAGE),
    "watch": ("home.yaml", *PACKAGE),
    "lint": ("home.yaml",),
    "explain": ("TW217",),
    "schema": (),
    "infer": ("kept.jsonl", "--output", "-", "--examples"),
    "export": ("anlage",),
    "bundle": ("home.yaml",),
    "acl": ("home.yaml",),
    "diff": ("before.yaml", "home.yaml"),
    "snapshot": ("--check", "kept.jsonl", "--source", "home.yaml"),
    "compat": ("anlage.py", "--against", "nothing"),
    "doctor": ("mqtt://ß@127.0.0.1:1",),
    "completion": ("bash",),
}
"""The arguments of a run in the project; a test compares the names with those that the parser knows."""
ENDLESS = ("watch",)
"""Runs that end by Ctrl-C alone."""
WRITES_DOCUMENT = ("explain", "schema", "infer", "export", "bundle", "acl", "completion")
"""Of the runs above, those with a document on standard output."""
FINDS = ("check", "lint", "diff", "snapshot")
"""Of the runs above, those with findings."""


def make_project(folder: Path) -> Path:
    """Write the project, as the first commit of a git repository."""
    (folder / "home.yaml").write_text(CATALOG, "utf-8")
    (folder / "before.yaml").write_text(CATALOG.replace("integer", "string"), "utf-8")
    (folder / "anlage.py").write_text(TOPICS, "utf-8")
    (folder / "pyproject.toml").write_text(SETTINGS, "utf-8")
    (folder / "kept.jsonl").write_text(RETAINED, "utf-8")
    git = ["git", "-c", "user.name=n", "-c", "user.email=e@example.org"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "first"]):
        subprocess.run([*git, *arguments], cwd=folder, check=True)
    return folder
