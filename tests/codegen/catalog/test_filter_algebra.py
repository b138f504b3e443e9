"""Which topic filters have a topic in common."""

from __future__ import annotations

import pytest
from topicwright_codegen.topic_filters import filter_of, overlap


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        ("a/b", "a/b", True),
        ("a/b", "a/c", False),
        ("a/+", "a/b", True),
        ("a/+", "a/b/c", False),
        ("a/#", "a/b/c", True),
        ("a/#", "a", True),
        ("#", "a/b", True),
        ("a/+/c", "+/b/+", True),
        ("a/+/c", "+/b/d", False),
        ("+/b", "$SYS/b", False),
        ("#", "$SYS/b", False),
        ("$SYS/#", "$SYS/b", True),
        ("a/b", "a/b/c", False),
        ("a/b/#", "a/+", True),
    ],
)
def test_two_filters_overlap_where_one_topic_matches_both(one, other, common):
    assert overlap(one, other) is common
    assert overlap(other, one) is common


def test_a_level_with_a_parameter_is_a_wildcard():
    assert filter_of("devices/{device}/v{version}/state") == "devices/+/+/state"
