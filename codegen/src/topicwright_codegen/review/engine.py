"""The review: two sides of a catalog to the findings, the worst first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from topicwright_codegen.asyncapi.apis import service_name
from topicwright_codegen.diagnostics.steps import step
from topicwright_codegen.review.channels.addresses import review_addresses, review_filters, review_topics
from topicwright_codegen.review.channels.content import review_content
from topicwright_codegen.review.channels.delivery import review_delivery
from topicwright_codegen.review.channels.messages import review_messages
from topicwright_codegen.review.channels.pairing import pair_topics
from topicwright_codegen.review.channels.parameters import review_parameter_schemas, review_parameters
from topicwright_codegen.review.channels.texts import review_channel_text, review_text
from topicwright_codegen.review.findings.finding import Finding
from topicwright_codegen.review.findings.grouping import grouped
from topicwright_codegen.review.findings.verdicts import (
    SEVERITIES,
    ConsumerVerdict,
    Effort,
    Severity,
    SourceApi,
    worst,
    worst_for_consumers,
    worst_for_python,
)
from topicwright_codegen.review.findings.witness import TopicPair, Witness
from topicwright_codegen.review.operations.operations import review_operations
from topicwright_codegen.review.operations.services import review_services
from topicwright_codegen.review.schemas.judging.judge import Judge
from topicwright_codegen.review.schemas.leniencies import review_leniencies
from topicwright_codegen.review.schemas.unchecked_keywords import review_unchecked
from topicwright_codegen.review.servers.servers import review_channel_servers, review_info, review_servers
from topicwright_codegen.review.sides.side import Side
from topicwright_codegen.review.sunset import apply_sunsets, review_sunsets
from topicwright_codegen.review.witnesses.witness_check import WitnessCheck


def merge_reviews(reviews: Sequence[tuple[str, Review]]) -> tuple[Review, dict[str, tuple[str, ...]]]:
    """Return one review with the worst of each finding, and the versions that each is against."""
    worst: dict[str, Finding] = {}
    versions: dict[str, tuple[str, ...]] = {}
    for version, review in reviews:
        for finding in review.findings:
            known = worst.setdefault(finding.fingerprint, finding)
            if SEVERITIES.index(finding.severity) < SEVERITIES.index(known.severity):
                worst[finding.fingerprint] = finding
            versions[finding.fingerprint] = (*versions.get(finding.fingerprint, ()), version)
    return Review(sort_findings(worst.values())), versions


@dataclass(frozen=True, slots=True)
class Review:
    """The findings of a change, and the worst of them for each part of the system."""

    findings: tuple[Finding, ...]

    @property
    def severity(self) -> Severity:
        """The worst of all findings."""
        return worst(finding.severity for finding in self.findings)

    @property
    def old_consumer(self) -> ConsumerVerdict:
        """The worst verdict of an old consumer."""
        return worst_for_consumers(finding.old for finding in self.findings)

    @property
    def new_consumer(self) -> ConsumerVerdict:
        """The worst verdict of a new consumer."""
        return worst_for_consumers(finding.new for finding in self.findings)

    @property
    def source_api(self) -> SourceApi:
        """The worst verdict of Python."""
        return worst_for_python(finding.source for finding in self.findings)


def review(
    before: Side, after: Side, *, witnesses: bool = True, today: date | None = None, effort: Effort = "normal"
) -> Review:
    """Compare two sides; every witness in the result has been checked, or none where they are not wanted.

    Args:
        before: the old version.
        after: the new version.
        witnesses: whether models are built to check them.
        today: the day by which sunsets are judged, instead of the real one.
        effort: how many messages the judge tries.
    """
    names = _names(before) | _names(after)
    day = today or date.today()
    step("comparing the versions")
    raw = apply_sunsets(_findings(before, after, day, Judge(before, after, effort)), before, day)
    raw = grouped(raw)
    step("trying messages on both versions")
    checked = WitnessCheck(before, after).check_all(raw) if witnesses else map(_unproven, raw)
    findings = [_renamed(one, names) for one in checked]
    unique: dict[str, Finding] = {}
    for one in sort_findings(findings):  # of two with one fingerprint, the worse is shown
        unique.setdefault(one.fingerprint, one)
    return Review(sort_findings(unique.values()))


def sort_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings in the order in which they are shown: the worst first, then by their places."""
    return tuple(sorted(findings, key=lambda one: (SEVERITIES.index(one.severity), one.place)))


def _unproven(finding: Finding) -> Finding:
    return (
        replace(finding, witness=Witness("not asked for: --no-witnesses"))
        if finding.probe and not finding.probe.missing
        else finding
    )


def _names(side: Side) -> dict[str, str]:
    """Return the name to show for the only service of a catalog: its file has another name on each side."""
    return {service_name(api): api.title or service_name(api) for api in side.apis} if len(side.apis) == 1 else {}


def _renamed(finding: Finding, names: dict[str, str]) -> Finding:
    def shown(services: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted({names.get(name, name) for name in services}))

    return replace(
        finding,
        publishers=shown(finding.publishers),
        consumers=shown(finding.consumers),
        members=tuple(_renamed(one, names) for one in finding.members),
        titles=names,
    )


def _findings(before: Side, after: Side, today: date, judge: Judge) -> Iterator[Finding]:
    pairing = pair_topics(before.catalog, after.catalog)
    judge.prepare(pairing.pairs)
    for pair in pairing.pairs:
        yield from judge.judged(pair, list(_topic(pair, before, after)))
        yield from review_sunsets(pair, before, after, today)
    yield from review_topics(pairing)
    yield from review_filters(pairing)
    yield from review_operations(before, after, pairing)
    yield from review_channel_servers(before, after, pairing)
    yield from review_servers(before, after)
    yield from review_services(before, after)
    yield from review_info(before, after)
    yield from review_channel_text(pairing, before, after)


def _topic(pair: TopicPair, before: Side, after: Side) -> Iterator[Finding]:
    yield from review_addresses(pair)
    yield from review_parameters(pair, after)
    yield from review_parameter_schemas(pair, before, after)
    yield from review_messages(pair, before, after)
    yield from review_delivery(pair)
    yield from review_content(pair, before, after)
    yield from review_unchecked(pair, before, after)
    yield from review_leniencies(pair, before, after)
    yield from review_text(pair, before, after)
