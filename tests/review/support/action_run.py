"""Runs the composite action as a runner does: its steps in order, with expressions, conditions and outputs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.paths import ROOT

ACTION = ROOT / ".github" / "actions" / "review"


@dataclass
class Run:
    """What a run of the action has done."""

    failed: bool = False
    log: str = ""
    summary: str = ""
    skipped: list[str] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)


def run_action(checkout: Path, temp: Path, event: dict[str, Any], api: str, token: str, **inputs: str) -> Run:
    """Run the action in a checkout, on an event, against an API."""
    action, done = yaml.safe_load((ACTION / "action.yml").read_text()), Run()
    values = {name: str(one.get("default", "")) for name, one in action["inputs"].items()}
    values |= {"token": token, **{name.replace("_", "-"): value for name, value in inputs.items()}}
    contexts: dict[str, Any] = {"inputs": values, "github": {"event": event, "token": token}, "steps": {}}
    contexts["runner"] = {"temp": str(temp)}
    temp.mkdir(exist_ok=True)
    files = {name: temp / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for step in action["runs"]["steps"]:
        condition = step.get("if", "success()")
        if not _holds(condition, contexts, done.failed):
            done.skipped.append(step["name"])
            continue
        files["GITHUB_OUTPUT"].write_text("")
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "PYTHON"))},
            **{name: str(path) for name, path in files.items()},
            **{name: _filled(str(value), contexts) for name, value in step.get("env", {}).items()},
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "GITHUB_ACTION_PATH": str(ACTION),
            "GITHUB_REPOSITORY": "o/r",
            "GITHUB_API_URL": api,
        }
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        out = subprocess.run(shell, cwd=checkout, env=environment, capture_output=True, text=True)
        done.log += out.stdout + out.stderr
        done.failed |= out.returncode != 0
        lines = files["GITHUB_OUTPUT"].read_text().splitlines()
        found = dict(line.split("=", 1) for line in lines)
        contexts["steps"][step.get("id", "")] = {"outputs": found}
        done.outputs |= found
    if files["GITHUB_STEP_SUMMARY"].exists():
        done.summary = files["GITHUB_STEP_SUMMARY"].read_text()
    return done


def _value(path: str, contexts: dict[str, Any]) -> str:
    found: Any = contexts
    for part in path.split("."):
        found = found.get(part, "") if isinstance(found, dict) else ""
    return str(found)


def _filled(text: str, contexts: dict[str, Any]) -> str:
    """Return a text with its expressions: names of contexts, and alternatives of them."""

    def value(match: re.Match[str]) -> str:
        return next(filter(None, (_value(part.strip(), contexts) for part in match[1].split("||"))), "")

    return re.sub(r"\$\{\{(.*?)\}\}", value, text)


def _holds(condition: str, contexts: dict[str, Any], failed: bool) -> bool:
    """Return whether a condition holds: comparisons, names and functions of the status, joined by ``&&``."""
    always = "always()" in condition
    return (always or not failed) and all(_term(term.strip(), contexts) for term in condition.split("&&"))


def _term(term: str, contexts: dict[str, Any]) -> bool:
    if term in ("always()", "success()"):
        return True
    name, operator, wanted = (part.strip() for part in re.match(r"([\w.-]+)\s*([=!]=)?\s*(.*)", term).groups(""))
    value = _value(name, contexts)
    return (value == wanted.strip("'")) == (operator == "==") if operator else bool(value)
