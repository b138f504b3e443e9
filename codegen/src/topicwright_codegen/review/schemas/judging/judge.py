"""What the judge says of findings: verdicts that no message shows, and messages that no verdict explains."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

from topicwright_codegen.review.findings.finding import Change, Finding
from topicwright_codegen.review.findings.verdicts import Effort
from topicwright_codegen.review.findings.witness import Probe, TopicPair, Version, Witness
from topicwright_codegen.review.schemas.judging.bundles import Bundle, Tags
from topicwright_codegen.review.schemas.judging.places import is_near, place_pattern, reaches, steps_of
from topicwright_codegen.review.schemas.judging.sampling import Proofs, Refused, Sample
from topicwright_codegen.review.schemas.judging.satisfiable import is_contradictory
from topicwright_codegen.review.sides.side import Side
from topicwright_codegen.schemas.types import Type

MESSAGES: Final[dict[Effort, tuple[int, int]]] = {
    "low": (200, 20_000),
    "normal": (800, 80_000),
    "high": (8000, 800_000),
}
"""The most messages for a pair of schemas, and for all of a review."""
LEAST: Final = 20
"""No verdict is taken back for fewer messages that were accepted and have a value at the place of the change."""
MANY: Final = 40
"""As LEAST, where the change has no message of its own."""
_READERS: Final[tuple[Version, Version]] = ("old", "new")
_BOTH: Final[tuple[tuple[Version, Version], ...]] = (("old", "new"), ("new", "old"))
_UNJUDGED: Final = ("format", "contentEncoding", "contentMediaType", "contentSchema", "x-unit")
"""Keywords that the judge does not check."""
_NOTHING: Final = 9
_UNPROVED: Final = "no message is found that this change alone breaks"


@dataclass(slots=True)
class Judge:
    """Judges the payloads and the headers of the topics of two catalogs."""

    before: Side
    after: Side
    effort: Effort = "normal"
    _bundles: dict[int, Bundle | None] = field(default_factory=dict[int, "Bundle | None"])
    _proofs: dict[tuple[str, str], Proofs] = field(default_factory=dict[tuple[str, str], Proofs])
    _budget: int = 0

    def prepare(self, pairs: Iterable[TopicPair]) -> None:
        """Find the schemas that differ, to share out the messages among them."""
        for pair in pairs:
            for sample in filter(None, (self._sample(pair, headers=headers) for headers in (False, True))):
                if not sample.is_same:
                    self._proofs.setdefault((sample.old.text, sample.new.text), Proofs(sample))
        each, most = MESSAGES[self.effort]
        self._budget = max(LEAST, min(each, most // max(1, len(self._proofs))))
        for proofs in self._proofs.values():
            proofs.sample.draw(self._budget)

    def judged(self, pair: TopicPair, findings: Sequence[Finding]) -> Iterator[Finding]:
        """Yield the findings of a topic as the judge leaves them, and those that it adds."""
        found = list(findings)
        for headers in (False, True):
            sample = self._sample(pair, headers=headers)
            if sample is not None and (not sample.is_same or any(map(_may_be_taken_back, found))):
                proofs = self._proofs.get((sample.old.text, sample.new.text)) or Proofs(sample)
                opinion = _Opinion(proofs, pair, headers=headers)
                found = [opinion.of(finding) for finding in found]
                found += opinion.unexplained(found)
        yield from found

    def _sample(self, pair: TopicPair, *, headers: bool) -> Sample | None:
        """Return a new sample; None where there are not two schemas."""
        types = [topic.headers if headers else topic.payload for topic in (pair.old, pair.new)]
        bundles = [self._bundle(type_, side) for type_, side in zip(types, (self.before, self.after), strict=True)]
        old, new = bundles
        return Sample(old, new) if old is not None and new is not None else None

    def _bundle(self, type_: Type | None, side: Side) -> Bundle | None:
        if type_ is None:
            return None
        key = id(type_)
        if key not in self._bundles:
            try:
                self._bundles[key] = Bundle.of(type_.node, side.source, _tags(side))
            except ValueError:  # a schema that no validator takes: its findings stay as they are
                self._bundles[key] = None
        return self._bundles[key]


@dataclass(frozen=True, slots=True)
class _Opinion:
    """The opinion on the findings of one pair of schemas."""

    proofs: Proofs
    pair: TopicPair
    headers: bool

    @property
    def sample(self) -> Sample:
        return self.proofs.sample

    @property
    def root(self) -> str:
        return "headers" if self.headers else "payload"

    def of(self, finding: Finding) -> Finding:
        """Return a finding with verdicts that a message shows, and with that message."""
        if finding.rule.startswith("unchecked-"):
            return self._unchecked(finding)
        probe = finding.probe
        if probe is None or probe.headers != self.headers or "reject" not in (finding.old, finding.new):
            return finding
        readers: list[Version] = [reader for reader in _READERS if _verdict(finding, reader) == "reject"]
        proofs: dict[Version, Refused | None] = {reader: self._proof(probe, reader) for reader in readers}
        for reader in readers:
            if proofs[reader] is None and self._is_disproved(finding, probe, reader):
                finding = _accepted(finding, reader)
        return self._proved(finding, probe, proofs)

    def _proved(self, finding: Finding, probe: Probe, proofs: dict[Version, Refused | None]) -> Finding:
        """Return a finding with the best message that shows it."""
        own: Version = "old" if probe.writer == "new" else "new"
        for reader in sorted(proofs, key=lambda one: one != own):
            proof = proofs[reader]
            if proof is not None:
                writer: Version = "old" if reader == "new" else "new"
                shown = replace(probe, writer=writer, message=proof.message, missing="", refusal=proof.text)
                return replace(finding, probe=shown)
        if "reject" in (finding.old, finding.new):
            reason = probe.missing or _UNPROVED
            return replace(finding, probe=replace(probe, missing=reason), witness=Witness(reason))
        return finding

    def _proof(self, probe: Probe, reader: Version) -> Refused | None:
        """Return the message that shows a change best: one that violates nothing else."""
        about = _About(probe.place, probe.keyword)
        own: tuple[Refused, ...] = ()
        if not probe.missing and probe.writer != reader and self.sample.breaks(reader, probe.message):
            own = (self.sample.explained(reader, probe.message),)
            if not about.rank(own[0]):
                return own[0]
        best = min((*own, *self._known(about, reader)), key=about.rank, default=None)
        return best if best is not None and about.rank(best) < _NOTHING else None

    def _known(self, about: _About, reader: Version) -> tuple[Refused, ...]:
        """Return the message of the sample that shows a change best; topics that share a schema ask once."""
        key = reader, about
        if key not in self.proofs.best:
            ranked = self.proofs.of(reader)
            self.proofs.best[key] = (min(ranked, key=about.rank),) if ranked else ()
        return self.proofs.best[key]

    def _is_disproved(self, finding: Finding, probe: Probe, reader: Version) -> bool:
        """Return whether nothing that a reader was given shows a verdict, though enough of it has the place."""
        if self.sample.is_same:
            return True
        if probe.is_guess:
            return False
        own = not probe.missing and probe.writer != reader
        if own and self.sample.breaks(reader, probe.message):
            return False
        is_real = own and self.sample.reader(probe.writer).accepts(probe.message)
        if self.sample.refused[reader]:
            return is_real and len(self.sample.accepted[reader]) >= LEAST
        place = steps_of(probe.place)
        if finding.rule.startswith("field"):  # it may be absent
            place = place[:-1]
        if is_contradictory(self.sample.reader("old" if reader == "new" else "new"), place):
            return True
        shown = sum(reaches(message, place) for message in self.sample.accepted[reader])
        return shown >= (LEAST if is_real else MANY)

    def _unchecked(self, finding: Finding) -> Finding:
        """Return a finding about a keyword without the verdict of a reader that refuses nothing, if the other does."""
        keyword = finding.detail.rpartition(" ")[2]
        if keyword in _UNJUDGED or not finding.detail.startswith(self.root):
            return finding
        if self.sample.is_same:
            return replace(finding, old="ok", new="ok")
        for reader, other in _BOTH:
            alone = self.sample.refused[other] and not self.sample.refused[reader]
            sure = keyword == "patternProperties" or _verdict(finding, other) == "semantic"
            if alone and sure and len(self.sample.accepted[reader]) >= LEAST:
                finding = _accepted(finding, reader)
        return finding

    def unexplained(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Yield what a reader refuses without a finding that says so."""
        known = list(findings)
        for reader in _READERS:
            refused = self.proofs.of(reader)
            if not refused or any(self._explains(finding, reader) for finding in known):
                continue
            proof = refused[0]
            writer: Version = "old" if reader == "new" else "new"
            text = f"readers of the {reader} version refuse a message of the {writer} one"
            text += f", by the {self.root}: {proof.text}"
            probe = Probe(writer, self.pair, proof.message, self.headers, refusal=proof.text)
            node = (self.pair.new.headers if self.headers else self.pair.new.payload) or self.pair.new
            detail = f"{self.root} {reader}"
            change = Change("unexplained-difference", text, node.node, self.pair.topics, detail, probe)
            yield change.judged(old="reject") if reader == "old" else change.judged(new="reject")

    def _explains(self, finding: Finding, reader: Version) -> bool:
        """Return whether a finding says that a reader refuses messages."""
        verdict = _verdict(finding, reader)
        if finding.rule.startswith("unchecked-"):
            keyword = finding.detail.rpartition(" ")[2]
            return verdict == "semantic" and keyword not in _UNJUDGED and finding.detail.startswith(self.root)
        return verdict == "reject" and (finding.probe is None or finding.probe.headers == self.headers)


@dataclass(frozen=True, slots=True)
class _About:
    """Says how well a message shows a change at a place."""

    place: str
    keyword: str

    def rank(self, refused: Refused) -> int:
        """Return 0 for a message that violates this alone, up to _NOTHING for one that says nothing about it."""
        wanted = place_pattern(self.place)
        exact = [re.fullmatch(wanted, place) is not None for place, _ in refused.places]
        if not exact:
            return _NOTHING
        words = [
            keyword == self.keyword for (_, keyword), is_here in zip(refused.places, exact, strict=True) if is_here
        ]
        if all(exact):
            return 0 if all(words) else 1 if any(words) else 2
        if any(exact):
            return 3 if any(words) else 4
        near = [is_near(place, wanted, self.place) for place, _ in refused.places]
        return 5 if all(near) else 6 if any(near) else _NOTHING


def _verdict(finding: Finding, reader: Version) -> str:
    return finding.old if reader == "old" else finding.new


def _may_be_taken_back(finding: Finding) -> bool:
    return finding.rule.startswith("unchecked-") or "reject" in (finding.old, finding.new)


def _accepted(finding: Finding, reader: Version) -> Finding:
    return replace(finding, old="ok") if reader == "old" else replace(finding, new="ok")


@lru_cache(maxsize=2)  # of the two sides, for each of their schemas
def _tags(side: Side) -> Tags:
    return {type_.node.identity: type_.tags for type_ in side.catalog.types if type_.tags}
