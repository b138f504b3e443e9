"""Random pairs of schemas: a review of each, against a judge with other messages, and many more.

    python -m tests.review.tools.fuzz [PAIRS] [SEED] [--source made|real]

Half of the pairs are made schemas with one change, the others are schemas of other people's documents, changed.
A break is missed where a message is valid for its writer and refused by a reader of which no finding says that it
refuses or misreads. A break is false where the review says ``reject`` and none of the messages is refused.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator
from topicwright_codegen.diagnostics.diagnostics import CompileError
from topicwright_codegen.review.engine import Review
from topicwright_codegen.review.findings.finding import Finding
from topicwright_codegen.review.findings.witness import Version
from topicwright_codegen.review.schemas.judging.bundles import Bundle
from topicwright_codegen.review.schemas.judging.sampling import Sample

from tests.codegen.support.corpus import REASON
from tests.review.support.catalogs import compare, one_topic
from tests.review.tools.real_schemas import changed, in_components, real_schemas

MESSAGES = 2500
EVERY = 500
MOST_FALSE = 1.0
"""Per cent of the pairs."""
READERS: tuple[Version, Version] = ("old", "new")
TYPES = ("string", "integer", "number", "boolean", "null", "array", "object")
PATTERNS = ("^a+$", "^[a-c]*$", "^x", "[0-9]{2}", "^(on|off)$", "^a+b?$")
NAMES = ("a", "b", "c", "x-a")


class Shapes:
    """Makes schemas with every keyword, and changes one place of them."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def pair(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return two versions of the schema of an object."""
        old = {"type": "object", "title": "State", "properties": {"v": self.schema(0), "w": self.schema(1)}}
        return old, self.changed(old)

    def schema(self, depth: int) -> dict[str, Any]:
        """Return a schema."""
        kinds = [*TYPES[:5], "enum"] + (["array", "object", "object", "union", "union", "all"] if depth < 2 else [])
        match self.random.choice(kinds):
            case "enum":
                return {"enum": self.random.sample(["x", "y", "a", 1, 2, 2.5, True, None], self.random.randint(1, 4))}
            case "union":
                inner = {self.random.choice(("anyOf", "oneOf")): [self.schema(depth + 1) for _ in range(2)]}
                return inner | (self.some(self.random.choice(TYPES[:3]), depth) if self.maybe(0.3) else {})
            case "all":
                kind = self.random.choice(TYPES[:3])
                return {"type": kind, "allOf": [self.some(kind, depth)], **self.some(kind, depth)}
            case kind:
                return ({} if self.maybe(0.1) else {"type": kind}) | self.some(kind, depth)

    def maybe(self, chance: float) -> bool:
        """Return True with a probability."""
        return self.random.random() < chance

    def some(self, kind: str, depth: int) -> dict[str, Any]:
        """Return some keywords of a type."""
        options = self.keywords(kind, depth)
        return {key: value for key, value in options.items() if self.maybe(0.35)}

    def keywords(self, kind: str, depth: int) -> dict[str, Any]:
        """Return keywords of a type, each with a value."""
        low, high = self.random.randint(0, 2), self.random.randint(2, 4)
        inner = self.schema(depth + 1) if depth < 2 else {"type": "integer"}
        match kind:
            case "string":
                chosen = self.random.choice(("date-time", "date", "uuid"))
                form = {"pattern": self.random.choice(PATTERNS)} if self.maybe(0.7) else {"format": chosen}
                return {"minLength": low, "maxLength": high + 2, **form}
            case "integer" | "number":
                return {
                    "minimum": low - 1,
                    "maximum": high + 5,
                    "exclusiveMaximum": high + 8,
                    "multipleOf": self.random.choice((1, 2, 3)),
                }
            case "array":
                return {
                    "items": inner,
                    "prefixItems": [{"type": "integer"}, {"type": "string"}],
                    "minItems": low,
                    "maxItems": high,
                    "uniqueItems": True,
                    "contains": {"type": "integer", "minimum": low},
                    **({"minContains": high - 1} if self.maybe(0.3) else {}),
                }
            case "object":
                return {
                    "properties": dict.fromkeys(self.random.sample(NAMES, 2), inner),
                    "required": self.random.sample(NAMES, 1),
                    "additionalProperties": self.random.choice((False, True, {"type": "string"})),
                    "patternProperties": {"^x-": {"type": "integer"}},
                    "minProperties": low,
                    "maxProperties": high,
                    "dependentRequired": {"a": ["b"]},
                    "propertyNames": {"maxLength": 2},
                    "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
                    "not": {"required": ["c"]},
                }
            case _:
                return {}

    def changed(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return a schema with one place changed."""
        new = deepcopy(schema)
        place = self.random.choice([part for part in parts(new) if part is not new] or [new])
        kind = place.get("type") if place.get("type") in TYPES else self.random.choice(TYPES)
        options = self.keywords(str(kind), 1)
        keys = [key for key in place if key not in ("type", "title")]
        match self.random.randrange(4):
            case 0 if keys:
                del place[self.random.choice(keys)]
            case 1 if options:
                key = self.random.choice(list(options))
                place[key] = options[key]
            case 2:
                made = self.schema(1)
                place.clear()
                place.update(made)
            case _:
                for key in ("oneOf", "anyOf"):
                    if key in place:
                        place["anyOf" if key == "oneOf" else "oneOf"] = place.pop(key)[::-1]
                        break
        return new


def parts(schema: object) -> list[dict[str, Any]]:
    """Return the schemas inside a schema."""
    if isinstance(schema, list):
        return [part for item in schema for part in parts(item)]
    if not isinstance(schema, dict):
        return []
    found = [schema]
    for key, value in schema.items():
        if key in ("properties", "patternProperties"):
            found += [part for item in value.values() for part in parts(item)]
        elif key in ("anyOf", "oneOf", "allOf", "prefixItems", "items", "contains", "additionalProperties", "not"):
            found += parts(value)
    return found


@dataclass(frozen=True, slots=True)
class Pair:
    """Two versions of a payload, and the documents that have them."""

    old: dict[str, Any]
    new: dict[str, Any]
    documents: tuple[str, str]


def made_pair(seed: int) -> Pair:
    """Return two versions of a made schema."""
    old, new = Shapes(seed).pair()
    whole = [{"$ref": "#/$defs/Payload", "$defs": {"Payload": schema}} for schema in (old, new)]
    before, after = (one_topic(json.dumps(schema)) for schema in (old, new))
    return Pair(whole[0], whole[1], (before, after))


def real_pair(seed: int) -> Pair:
    """Return a schema of somebody's document, and a changed version of it."""
    chance = random.Random(seed)
    old = chance.choice(real_schemas())
    new = changed(old, chance)
    payloads = [in_components(schema) for schema in (old, new)]
    before, after = (f"{one_topic(payload)}components: {rest}\n" for payload, rest in payloads)
    return Pair(old, new, (before, after))


SOURCES: dict[str, Callable[[int], Pair]] = {"made": made_pair, "real": real_pair}


class Anything(Bundle):
    """A schema for the judge, whose services write every message that is valid."""

    def is_written(self, message: object) -> bool:
        return True


def bundle(schema: dict[str, Any], kind: type[Bundle] = Bundle) -> Bundle:
    """Return a schema as the judge takes it."""
    return kind(schema, json.dumps(schema) + "other", Draft202012Validator(schema, validate_formats=True))


def tried(seed: int, folder: Path, source: str = "made") -> tuple[str, str]:
    """Return how a pair is judged, and its text."""
    pair = SOURCES[source](seed)
    try:
        result = compare(folder, *pair.documents, witnesses=False)
        sample = Sample(bundle(pair.old), bundle(pair.new))
    except (CompileError, ValueError):
        return "does not compile", ""
    sample.draw(MESSAGES)
    kinds: list[str] = []
    for reader in READERS:
        refused, verdicts = sample.refused[reader], {_verdict(one, reader) for one in result.findings}
        if refused and not verdicts & {"reject", "semantic"}:
            kinds.append(f"missed by {reader} readers: {json.dumps(refused[0])}")
        elif "reject" in verdicts and not refused and not _is_shown(pair, result, reader):
            kinds.append(f"false for {reader} readers")
    rules = "; ".join(f"{one.rule} {one.message}" for one in result.findings if "reject" in (one.old, one.new))
    kind = "missed" if any(text.startswith("missed") for text in kinds) else "false" if kinds else "right"
    texts = json.dumps(pair.old), json.dumps(pair.new)
    return kind, f"{source} {seed}: {'; '.join(kinds)}\n  {texts[0]}\n  {texts[1]}\n  {rules}"


def _is_shown(pair: Pair, result: Review, reader: Version) -> bool:
    """Return whether a message shows that a reader refuses: that of the finding, or one that others may write."""
    sample = Sample(bundle(pair.old, Anything), bundle(pair.new, Anything))
    probes = [one.probe for one in result.findings if one.probe is not None and one.probe.writer != reader]
    if any(sample.breaks(reader, probe.message) for probe in probes):
        return True
    sample.draw(MESSAGES)
    return bool(sample.refused[reader])


def _verdict(finding: Finding, reader: Version) -> str:
    return finding.old if reader == "old" else finding.new


def main() -> int:
    """Print each pair that is judged otherwise, and the totals; return 1 where a break is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=int, nargs="?", default=20_000)
    parser.add_argument("seed", type=int, nargs="?", default=0, help="the first seed")
    parser.add_argument("--source", choices=SOURCES, default="", help="by default half of each")
    options = parser.parse_args()
    sources = [options.source] if options.source else list(SOURCES)
    if "real" in sources and not real_schemas():
        print(f"real: skipped ({REASON})")
        sources.remove("real")
    status = 0
    for source in sources:
        status |= _run(source, range(options.seed, options.seed + options.pairs // len(sources)))
    return status


def _run(source: str, seeds: range) -> int:
    totals: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for seed in seeds:
            kind, text = tried(seed, Path(folder), source)
            totals[kind] += 1
            if kind in ("missed", "false"):
                print(f"{kind}: {text}", flush=True)
            if seed % EVERY == EVERY - 1:
                print(_told(source, totals), flush=True)
    print(_told(source, totals), flush=True)
    return 1 if totals["missed"] or _share(totals) >= MOST_FALSE else 0


def _share(totals: Counter[str]) -> float:
    return 100 * totals["false"] / max(1, sum(totals.values()) - totals["does not compile"])


def _told(source: str, totals: Counter[str]) -> str:
    judged = sum(totals.values()) - totals["does not compile"]
    counts = f"missed {totals['missed']}, false {totals['false']} ({_share(totals):.2f} %), right {totals['right']}"
    return f"{source}: {judged} pairs judged: {counts}; {totals['does not compile']} do not compile"


if __name__ == "__main__":
    sys.exit(main())
