"""Random pairs of schemas with every keyword: what other messages of a validator find is never called safe."""

from __future__ import annotations

import pytest

from tests.review.tools.fuzz import tried


@pytest.mark.parametrize("seed", range(25))
def test_no_message_breaks_what_the_review_calls_safe(tmp_path, seed):
    kind, text = tried(seed, tmp_path)
    assert kind != "missed", text
