"""The order in which to deploy."""

from __future__ import annotations

from pathlib import Path

import pytest
from topicwright_codegen.documents.node import Document
from topicwright_codegen.documents.values import Map
from topicwright_codegen.review.findings.finding import Finding
from topicwright_codegen.review.report.rollout import order_of, rollout

NODE = Document(Path("x"), "x", "x", Map()).root


def _finding(old="ok", new="ok", publishers=("p",), consumers=("c",)):
    return Finding("type-widened", "text", NODE, old, new, "ok", topic="t", publishers=publishers, consumers=consumers)


@pytest.mark.parametrize(
    ("old", "new", "order"),
    [
        ("reject", "ok", "consumers first"),
        ("reject-strict", "ok", "consumers first"),
        ("ok", "reject", "producers first"),
        ("ok", "unexpected", "producers first"),
        ("reject", "reject", "expand and contract"),
        ("ok", "ok", "any"),
    ],
)
def test_the_order_follows_from_which_side_fails(old, new, order):
    assert order_of(_finding(old, new)) == order


def test_steps_satisfy_every_finding():
    plan = rollout([_finding("reject", "ok", ("a",), ("b",)), _finding("ok", "reject", ("c",), ("b",))])
    assert plan.steps == (("c",), ("b",), ("a",))
    assert plan.unordered == ()


def test_a_finding_that_no_order_satisfies_is_reported():
    plan = rollout([_finding("reject", "ok", ("a",), ("b",)), _finding("ok", "reject", ("a",), ("b",))])
    assert plan.steps == ()
    assert "split the change" in plan.unordered[0]


def test_a_service_that_sends_to_itself_needs_no_order():
    assert rollout([_finding("reject", "ok", ("a",), ("a",))]).steps == ()
