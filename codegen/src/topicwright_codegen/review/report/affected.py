"""The affected part of the topology: services and topics of the findings, and the arrows between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from topicwright_codegen.diagnostics.texts import cut, printable
from topicwright_codegen.review.findings.finding import Finding
from topicwright_codegen.review.findings.verdicts import SEVERITIES, Severity

MAX_TOPICS = 20
"""The most topics that fit into a picture; the worst are shown."""

_LONGEST = 100
"""At most this many characters of a label are shown."""


@dataclass(slots=True)
class Affected:
    """One affected topic."""

    name: str
    severity: Severity
    publishers: dict[str, bool] = field(default_factory=dict[str, bool])
    """Each with whether it breaks."""
    consumers: dict[str, bool] = field(default_factory=dict[str, bool])


def affected(findings: Iterable[Finding]) -> list[Affected]:
    """Return the topics with findings that have an effect, the worst first."""
    topics: dict[str, Affected] = {}
    for finding in (one for whole in findings for one in whole.all):
        if not finding.topic or finding.severity in ("safe", "docs"):
            continue
        topic = topics.setdefault(finding.topic, Affected(finding.topic, finding.severity))
        if SEVERITIES.index(finding.severity) < SEVERITIES.index(topic.severity):
            topic.severity = finding.severity
        wire = finding.old != "ok" or finding.new != "ok"
        for names, many, breaks in (
            (topic.publishers, finding.publishers, finding.source in ("produce", "both", "import")),
            (topic.consumers, finding.consumers, wire or finding.source in ("read", "both", "import", "exhaustive")),
        ):
            for name in many:
                names[name] = names.get(name, False) or breaks
    return sorted(topics.values(), key=lambda topic: (SEVERITIES.index(topic.severity), topic.name))


def mermaid(findings: Iterable[Finding]) -> list[str]:
    """Return a flowchart from publishers over topics to consumers, broken ones marked; empty without topics."""
    topics = affected(findings)[:MAX_TOPICS]
    if not topics:
        return []
    services: dict[str, str] = {}
    lines, broken = ["flowchart LR"], set[str]()

    def service(name: str, breaks: bool) -> str:
        if name not in services:
            services[name] = f"s{len(services)}"
            lines.append(f"    {services[name]}[{_quoted(name)}]")
        if breaks:
            broken.add(services[name])
        return services[name]

    for number, topic in enumerate(topics):
        lines.append(f"    t{number}([{_quoted(topic.name)}])")
        lines += [f"    {service(name, breaks)} --> t{number}" for name, breaks in topic.publishers.items()]
        lines += [f"    t{number} --> {service(name, breaks)}" for name, breaks in topic.consumers.items()]
    if broken:
        lines.append("    classDef affected stroke:#c00,stroke-width:3px")
        lines.append(f"    class {','.join(sorted(broken, key=lambda name: int(name[1:])))} affected")
    return lines


def _quoted(text: str) -> str:
    """Return a label of a flowchart: in quotes, with the entity codes of that language."""
    codes = {"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "&": "#amp;", "`": "#96;", "\\": "#92;"}
    return '"' + "".join(codes.get(char, char) for char in cut(printable(text), _LONGEST)) + '"'
