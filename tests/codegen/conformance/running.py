"""Runs everything that is measured, in two processes of a few hundred units at a time."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from tests.codegen.conformance import judge, peers
from tests.codegen.conformance.forms import Unit, shaped_units, units
from tests.codegen.conformance.outcomes import Outcome
from tests.codegen.conformance.subject import measure
from tests.codegen.conformance.suite import Group

PROCESSES = 2
BATCH = 300
"""The units of one document."""

Verdicts = dict[int, list[bool] | None]
"""By the number of a group: whether each value is accepted; None where the schema cannot be loaded."""


@dataclass(slots=True)
class Results:
    """The results of all groups."""

    groups: list[Group]
    judge: Verdicts
    peers: dict[str, Verdicts] = field(default_factory=dict[str, Verdicts])
    outcomes: list[Outcome] = field(default_factory=list[Outcome])

    @property
    def loaded(self) -> list[Group]:
        """The groups that jsonschema-rs can load: all others are left out."""
        return [group for group in self.groups if self.judge[group.number] is not None]


def run(groups: Sequence[Group], *, with_peers: bool = True, shaped: bool = False) -> Results:
    """Measure groups in their forms, or inside of other schemas."""
    results = Results(list(groups), {group.number: judge.verdicts(group) for group in groups})
    wanted = [unit for group in results.loaded for unit in (shaped_units if shaped else units)(group)]
    with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:
        jobs = [pool.submit(_outcomes, batch, keep) for batch in _batches(wanted) for keep in (False, True)]
        asked = {peer: pool.submit(_peer, results.loaded, peer == "strict") for peer in peers.PEERS if with_peers}
        results.outcomes = [outcome for job in jobs for outcome in job.result()]
        results.peers = {peer: job.result() for peer, job in asked.items()}
    return results


def _batches(wanted: Sequence[Unit]) -> list[Sequence[Unit]]:
    return [wanted[start : start + BATCH] for start in range(0, len(wanted), BATCH)]


def _outcomes(batch: Sequence[Unit], keep_unknown: bool) -> list[Outcome]:
    folder = Path(tempfile.mkdtemp(prefix="conformance-"))
    try:
        return list(measure(batch, keep_unknown=keep_unknown, folder=folder))
    finally:
        shutil.rmtree(folder)


def _peer(groups: Sequence[Group], strict: bool) -> Verdicts:
    with tempfile.TemporaryDirectory() as folder:
        mirror = peers.mirror(Path(folder))
        return {group.number: peers.verdicts(group, mirror, strict=strict) for group in groups}
