"""Topics as addresses: what was heard on them, grouped, with the reason for each parameter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from topicwright_codegen.infer.topics.conventions import ZIGBEE_BRIDGE, Convention, convention_of
from topicwright_codegen.infer.topics.parameters import Parameter, parameter_of
from topicwright_codegen.infer.topics.tree import Node, joined


@dataclass(frozen=True, slots=True)
class Level:
    """One level of an address: a text, or a parameter."""

    text: str
    """The level as it is; empty for a parameter."""
    parameter: Parameter | None = None
    name: str = ""
    """The name of a parameter that a convention gives it."""


@dataclass(frozen=True, slots=True, eq=False)
class Address:
    """Topics that are taken for one address."""

    levels: tuple[Level, ...]
    convention: str = ""
    """The public convention that they follow."""
    doubts: tuple[str, ...] = ()
    """Levels that may be values of a parameter, each with the reason."""

    @property
    def pattern(self) -> str:
        """The address with ``{}`` for its parameters: no two addresses have one pattern."""
        return "/".join("{}" if level.parameter is not None else level.text for level in self.levels)

    @property
    def depth(self) -> int:
        """How many levels are literal; of addresses that match a topic the one with the most is meant."""
        return sum(level.parameter is None for level in self.levels)


@dataclass(slots=True)
class Addresses:
    """Finds the address of a topic."""

    listed: list[Address] = field(default_factory=list[Address])
    _by_levels: dict[int, list[tuple[tuple[str | None, ...], Address]]] = field(
        default_factory=dict[int, list[tuple[tuple[str | None, ...], Address]]]
    )
    _known: dict[str, Address | None] = field(default_factory=dict[str, Address | None])

    def add(self, address: Address) -> None:
        """Take one more address."""
        self.listed.append(address)
        wanted = tuple(level.text if level.parameter is None else None for level in address.levels)
        same = self._by_levels.setdefault(len(wanted), [])
        same.append((wanted, address))
        same.sort(key=lambda pair: -pair[1].depth)

    def of(self, topic: str) -> Address | None:
        """Return the address of a topic; None where no address matches it."""
        if topic in self._known:
            return self._known[topic]
        levels = topic.split("/")
        found = None
        for wanted, address in self._by_levels.get(len(levels), ()):
            if all(text is None or text == level for text, level in zip(wanted, levels, strict=True)):
                found = address
                break
        if len(self._known) < 200_000:
            self._known[topic] = found
        return found

    def forget(self) -> None:
        """Look at every topic again: what matched none may match an address that was added."""
        self._known.clear()


def group(root: Node) -> Addresses:
    """Return the addresses of all topics below a root."""
    found = Addresses()
    for address in sorted(_addresses(root, ()), key=_order):
        found.add(address)
    return found


def _order(address: Address) -> tuple[str, ...]:
    return tuple(level.text or "{" for level in address.levels)


def _addresses(node: Node, before: tuple[Level, ...]) -> Iterator[Address]:
    if node.profile is not None and before:
        yield Address(before)
    if not node.children:
        return
    if ZIGBEE_BRIDGE & set(node.children.get("bridge", Node()).children):
        yield from _zigbee(node, before)
        return
    parameter = parameter_of(node, len(before), before[-1].text if before else "")
    values = parameter.values
    for level, child in node.children.items():
        if level in values:
            continue
        doubt = f"{level!r}: a value of a parameter? {parameter.doubted[level]}" if level in parameter.doubted else ""
        for address in _addresses(child, (*before, Level(level))):
            yield Address(address.levels, address.convention, (doubt, *address.doubts) if doubt else address.doubts)
    if values:
        whole = joined([node.children[value] for value in parameter.values])
        yield from _addresses(whole, (*before, Level("", parameter)))


def _zigbee(node: Node, before: tuple[Level, ...]) -> Iterator[Address]:
    """Yield the addresses of a Zigbee2MQTT: all levels beside ``bridge`` are names of devices and groups."""
    yield from _addresses(node.children["bridge"], (*before, Level("bridge")))
    names = [level for level in node.children if level != "bridge"]
    if names:
        reason = f"{len(names)} friendly names: bridge beside them is that of Zigbee2MQTT"
        whole = joined([node.children[name] for name in names])
        level = Level("", Parameter(dict.fromkeys(names), reason), "friendly_name")
        for address in _addresses(whole, (*before, level)):
            yield Address(address.levels, "Zigbee2MQTT", address.doubts)


class Conventional:
    """Topics that follow a public convention, which are not grouped by likeness."""

    def __init__(self) -> None:
        self._found: dict[tuple[str | None, ...], tuple[Convention, list[set[str]]]] = {}

    def take(self, topic: str, levels: Sequence[str]) -> bool:
        """Take a topic; False where it follows no convention."""
        convention = convention_of(levels, topic)
        if convention is None:
            return False
        wanted = tuple(level if form == "*" else None for form, level in zip(convention.address, levels, strict=True))
        _, values = self._found.setdefault(wanted, (convention, [set() for _ in levels]))
        for known, level in zip(values, levels, strict=True):
            if len(known) < 10_000:
                known.add(level)
        return True

    def addresses(self) -> Iterator[Address]:
        """Yield the addresses."""
        for wanted, (convention, values) in self._found.items():
            levels = (
                Level("", Parameter(dict.fromkeys(sorted(seen)), "by the convention"), form.strip("{}"))
                if text is None
                else Level(text)
                for text, form, seen in zip(wanted, convention.address, values, strict=True)
            )
            yield Address(tuple(levels), convention.name)
