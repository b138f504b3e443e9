"""Types on the way from schemas to the catalog: numbered, filled in one after the other, findings reported."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from topicwright_codegen import naming
from topicwright_codegen.documents.node import Identity, Node
from topicwright_codegen.documents.source import Source
from topicwright_codegen.documents.values import kind_of
from topicwright_codegen.schemas.discriminators import Tags
from topicwright_codegen.schemas.draft import Draft
from topicwright_codegen.schemas.flat import Flat

_FORBIDDEN = ("customTypePath", "customBasePath", "x-python-")


@dataclass(slots=True)
class Collector:
    """Numbers types, and fills them in later: a schema may lead back to itself."""

    source: Source
    drafts: list[Draft] = field(default_factory=list[Draft])
    tags: Tags = field(init=False)
    _known: dict[Identity, Draft] = field(default_factory=dict[Identity, Draft])
    _queue: deque[Callable[[], None]] = field(default_factory=deque[Callable[[], None]])

    def __post_init__(self) -> None:
        """Start without any discriminator."""
        self.tags = Tags(self.source)

    def _drain(self) -> None:
        while self._queue:
            self._queue.popleft()()

    def _new(self, node: Node, name: str, given: bool, owner: Draft | str | None) -> Draft:
        draft = Draft(len(self.drafts), node, naming.class_name(name), given, owner)
        self.drafts.append(draft)
        return draft

    def _refer(self, draft: Draft, owner: Draft) -> Flat:
        owner.uses.add(draft.number)
        return draft.reference

    def _lower_boolean(self, node: Node) -> Flat:
        if node.value is not True:
            message = f"a schema must be an object or a boolean, not {kind_of(node.value)}"
            if node.value is False:
                message = "a schema that accepts nothing has no Python type"
            self._error("TW403", message, node)
        return {}

    def _union(self, branches: list[Flat]) -> Flat:
        different = [branch for at, branch in enumerate(branches) if branch not in branches[:at]]
        return {"anyOf": different} if len(different) > 1 else different[0] if different else {}

    def _refuse_extensions(self, node: Node) -> None:
        for key, child in node.members():
            if key.startswith(_FORBIDDEN):
                self._error("TW405", f"{key!r} is not allowed: a catalog does not choose Python types", child)

    def _error(self, code: str, message: str, node: Node) -> None:
        self.source.diagnostics.error(code, message, node)

    def _warn(self, code: str, message: str, node: Node) -> None:
        self.source.diagnostics.warning(code, message, node)
