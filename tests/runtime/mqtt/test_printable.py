"""Text of a peer becomes one printable line of bounded size."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from topicwright.mqtt.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("Zürich 東京 😀", "Zürich 東京 😀"),
        ("a\nb\r\tc", r"a\nb\r\tc"),
        ("\x1b[2J\x07\u202e\u2028\0", r"\x1b[2J\x07\u202e\u2028\x00"),
        ("\ud800", r"\ud800"),
    ],
)
def test_what_is_not_printable_is_escaped_and_the_rest_stays(text: str, shown: str):
    assert printable(text, 100) == shown


@given(st.text(st.characters()), st.integers(10, 60))
def test_any_text_is_one_printable_line_within_its_limit(text: str, limit: int):
    shown = printable(text, limit)
    assert shown.isprintable()
    assert len(shown.encode()) <= limit


def test_a_text_that_was_cut_says_so():
    assert printable("x" * 100, 20) == "x" * 17 + "..."
    assert printable("ä" * 100, 20).endswith("...")
