"""Problems of documents as values: collected while compiling, each with its place in the author's files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

from topicwright_codegen.diagnostics.texts import printable
from topicwright_codegen.overriding import override

Severity: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file; lines and columns count from 1."""

    path: str
    line: int = 1
    column: int = 1

    @override
    def __str__(self) -> str:
        return f"{printable(self.path)}:{self.line}:{self.column}"


class HasPlace(Protocol):
    """Something with a place, such as a node of a document."""

    @property
    def place(self) -> Place:
        """Where the author wrote it."""
        ...


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A problem of a document: what is wrong, where, and what to do about it."""

    code: str
    message: str
    place: Place
    hint: str = ""
    severity: Severity = "error"
    related: tuple[Place, ...] = ()

    @override
    def __str__(self) -> str:
        kind = "warning: " if self.severity == "warning" else ""
        also = "".join(f"; see also {place}" for place in self.related)
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.place}: {self.code} {kind}{printable(self.message)}{also}{printable(hint)}"


@dataclass(slots=True)
class Diagnostics:
    """The diagnostics of one run, each once."""

    recorded: dict[Diagnostic, None] = field(default_factory=dict[Diagnostic, None])

    def error(
        self, code: str, message: str, at: HasPlace | Place, hint: str = "", related: Iterable[HasPlace | Place] = ()
    ) -> None:
        """Record a problem that stops the compiler from writing output."""
        self._add(Diagnostic(code, message, place_of(at), hint, "error", tuple(map(place_of, related))))

    def warning(
        self, code: str, message: str, at: HasPlace | Place, hint: str = "", related: Iterable[HasPlace | Place] = ()
    ) -> None:
        """Record a problem that does not stop the compiler."""
        self._add(Diagnostic(code, message, place_of(at), hint, "warning", tuple(map(place_of, related))))

    def _add(self, diagnostic: Diagnostic) -> None:
        self.recorded[diagnostic] = None

    @property
    def failed(self) -> bool:
        """Whether there is any error."""
        return any(diagnostic.severity == "error" for diagnostic in self.recorded)

    def failed_at(self, at: HasPlace) -> bool:
        """Return whether there is an error at a place."""
        place = at.place
        return any(one.place == place and one.severity == "error" for one in self.recorded)

    def sorted(self) -> list[Diagnostic]:
        """Return all diagnostics by file, line and column."""
        return sorted(self.recorded, key=lambda one: (one.place, one.code, one.message))


class CompileError(Exception):
    """Stops a run that cannot continue; its diagnostics have the reasons."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        super().__init__("\n".join(map(str, diagnostics.sorted())))
        self.diagnostics = diagnostics


class InternalError(Exception):
    """The compiler has generated text that is not Python: a defect of the compiler."""


def place_of(at: HasPlace | Place) -> Place:
    """Return the place of a node, or the place itself."""
    return at if isinstance(at, Place) else at.place
