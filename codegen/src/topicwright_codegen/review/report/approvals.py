"""``.topicwright/approvals.yaml``: approved findings, each with a reason, an owner and an expiry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from topicwright_codegen.diagnostics.diagnostics import CompileError, Diagnostic, Diagnostics, Place
from topicwright_codegen.diagnostics.texts import shown_path
from topicwright_codegen.documents.values import Map, ReadError, Seq, Value
from topicwright_codegen.documents.yaml_reader import read_yaml

FILE = Path(".topicwright/approvals.yaml")
_FIELDS = ("fingerprint", "reason", "owner", "expiry")
_FINGERPRINT = re.compile(r"[0-9a-f]{16}\Z")


@dataclass(frozen=True, slots=True)
class Approval:
    """One entry."""

    fingerprint: str
    reason: str
    owner: str
    expiry: date
    """The last day on which it is in force."""
    place: Place


def read_approvals(file: Path) -> tuple[Approval, ...]:
    """Return the entries of a file, none where there is no such file.

    Raises:
        CompileError: with all problems of the file.
    """
    diagnostics, shown = Diagnostics(), shown_path(file.resolve())
    try:
        value = read_yaml(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return ()
    except ReadError as error:
        diagnostics.error(error.code, error.message, Place(shown, *error.mark), error.hint)
        raise CompileError(diagnostics) from None
    except UnicodeDecodeError as error:
        diagnostics.error("TW101", f"not UTF-8: {error.reason} at byte {error.start}", Place(shown))
        raise CompileError(diagnostics) from None
    approvals = tuple(_entries(value, shown, diagnostics))
    if diagnostics.failed:
        raise CompileError(diagnostics)
    return approvals


def _entries(value: Value, file: str, diagnostics: Diagnostics) -> Iterator[Approval]:
    if isinstance(value, Map) and set(value) == {"approvals"}:
        value = value["approvals"]
    if value is None:
        return
    if not isinstance(value, Seq):
        hint = f"each entry has {', '.join(_FIELDS)}"
        diagnostics.error("TW270", "approvals are a list", Place(file), hint)
        return
    seen: dict[str, Place] = {}
    for entry, mark in zip(value, value.marks, strict=True):
        approval = _entry(entry, Place(file, *mark), diagnostics)
        if approval is not None:
            first = seen.setdefault(approval.fingerprint, approval.place)
            if first is not approval.place:
                diagnostics.error("TW272", f"{approval.fingerprint} is approved twice", approval.place, "", [first])
            yield approval


def _entry(entry: Value, place: Place, diagnostics: Diagnostics) -> Approval | None:
    if not isinstance(entry, Map):
        diagnostics.error("TW270", f"an approval has {', '.join(_FIELDS)}", place)
        return None
    before = len(diagnostics.recorded)
    for key in entry:
        if key not in _FIELDS:
            at = Place(place.path, *entry.marks[key])
            diagnostics.error("TW271", f"unknown field {key!r}", at, f"an approval has {', '.join(_FIELDS)}")
    texts = {key: _text(entry, key, place, diagnostics) for key in _FIELDS}
    at = Place(place.path, *entry.marks.get("fingerprint", (place.line, place.column)))
    if texts["fingerprint"] and not _FINGERPRINT.match(texts["fingerprint"]):
        hint = "16 hexadecimal digits, as the review shows it; in quotes where they are all decimal"
        diagnostics.error("TW271", f"{texts['fingerprint']!r} is no fingerprint", at, hint)
    expiry = _date(texts["expiry"], Place(place.path, *entry.marks.get("expiry", (place.line, 1))), diagnostics)
    if expiry is None or len(diagnostics.recorded) > before:
        return None
    return Approval(texts["fingerprint"], texts["reason"], texts["owner"], expiry, at)


def _text(entry: Map, key: str, place: Place, diagnostics: Diagnostics) -> str:
    value = entry.get(key)
    if isinstance(value, str) and value.strip():
        return value.strip()
    at = Place(place.path, *entry.marks[key]) if key in entry else place
    diagnostics.error("TW271", f"an approval needs {key}, a text", at, "in quotes where YAML reads it as a number")
    return ""


def _date(text: str, place: Place, diagnostics: Diagnostics) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        diagnostics.error("TW271", f"{text!r} is no date", place, "year-month-day: 2027-01-31")
        return None


def effective_approvals(approvals: Iterable[Approval], present: Iterable[str], today: date) -> dict[str, Approval]:
    """Return the entries in force today, by the fingerprints of the findings of this review."""
    there = set(present)
    return {one.fingerprint: one for one in approvals if one.fingerprint in there and today <= one.expiry}


def idle_approvals(approvals: Sequence[Approval], present: Iterable[str], today: date) -> Iterator[Diagnostic]:
    """Yield a warning for each entry without effect: its finding is gone, or it has expired."""
    there = set(present)
    for one in approvals:
        if one.fingerprint not in there:
            text = f"stale approval of {one.fingerprint} by {one.owner}: there is no such finding"
            yield Diagnostic("TW273", text, one.place, "remove it", "warning")
        elif today > one.expiry:
            text = f"the approval of {one.fingerprint} by {one.owner} expired on {one.expiry}"
            yield Diagnostic("TW274", text, one.place, "approve it again, or correct the catalog", "warning")
