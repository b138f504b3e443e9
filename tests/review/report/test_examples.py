"""The committed reviews equal the output of the command."""

from __future__ import annotations

import re

import pytest

from tests.review.tools.examples import EXAMPLES, TARGET, index, reviewed

AGAIN = "run `make review-examples`"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_the_pages_of_an_example_are_fresh(example):
    for name, text in reviewed(example):
        assert (TARGET / name).read_text(encoding="utf-8") == text, AGAIN


def test_the_index_names_every_page_and_no_other_is_there():
    assert (TARGET / "README.md").read_text(encoding="utf-8") == index(), AGAIN
    named = set(re.findall(r"\]\(([^)]+)\)", index()))
    assert {file.name for file in TARGET.iterdir()} == {"README.md", *named}, AGAIN
