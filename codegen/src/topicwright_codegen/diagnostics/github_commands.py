"""GitHub workflow commands: lines of a build log that GitHub shows as annotations beside the source."""

from __future__ import annotations

from topicwright_codegen.diagnostics.record import Record


def workflow_command(record: Record) -> str:
    """Return one line: ``::error file=...,line=...,col=...,title=...::message``."""
    place = record.place
    title = _property(record.title or record.rule)
    where = f"file={_property(place.path)},line={place.line},col={place.column},title={title}"
    return f"::{record.level} {where}::{_escaped(record.message)}\n"


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
