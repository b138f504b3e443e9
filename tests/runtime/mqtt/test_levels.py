"""Parameters are read from topics in linear time, and as a regular expression would read them."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from topicwright.mqtt.levels import matcher

PARTS = st.sampled_from(["{a}", "{b}", "{c}", "-", ".", "x"])
TEMPLATES = st.lists(st.lists(PARTS, min_size=1, max_size=6).map("".join), min_size=1, max_size=3).map("/".join)
TOPICS = st.text("-.xy/", min_size=1, max_size=14)


def by_expression(template: str, topic: str) -> dict[str, str] | None:
    """Read a topic with a regular expression, in which a name may occur once."""
    pattern = re.sub(r"\\\{(\w)\\\}", r"(?P<\1>[^/]+)", re.escape(template))
    matched = re.fullmatch(pattern, topic)
    return None if matched is None else matched.groupdict()


@given(TEMPLATES, TOPICS)
@example("{a}{b}-x", "-x")
@example("{a}-{b}-{c}.x", "--x----.x")
def test_several_parameters_of_a_level_are_those_of_a_greedy_expression(template: str, topic: str):
    if any(template.count(name) > 1 for name in ("{a}", "{b}", "{c}")):
        return
    found = matcher(template)(topic)
    assert (None if found is None else dict(found)) == by_expression(template, topic)


@pytest.mark.parametrize(
    ("template", "topic", "values"),
    [
        ("{a}-{a}", "ab-cd-ab-cd", {"a": "ab-cd"}),
        ("{a}-{a}", "x-y", None),
        ("{a}-{b}/{a}", "x-y/x", {"a": "x", "b": "y"}),
        ("{a}-{b}/{a}", "x-y/y", None),
        ("+/{a}-{b}", "/x-y", {"a": "x", "b": "y"}),
        ("{a}-{b}/#", "x-y", {"a": "x", "b": "y"}),
        ("{a}-{b}/#", "x-y/z\n/z", {"a": "x", "b": "y"}),
        ("{a}/#", "x/y\nz", {"a": "x"}),
        ("{a}-{b}", "x-y/z", None),
        ("{a}-{b}/z", "x-y", None),
    ],
)
def test_names_that_recur_and_wildcards(template: str, topic: str, values: dict[str, str] | None):
    assert matcher(template)(topic) == values


@pytest.mark.parametrize("template", ["{a}-{b}", "{a}-{b}-{c}.json", "{a}{b}{c}", "{a}-{a}-{a}", "x-{a}.y/{b}-{c}-{a}"])
@pytest.mark.parametrize("unit", ["-", "a", "-a", "a-", "-/", "x-."])
def test_row_55_the_longest_topics_are_read_within_a_moment(template: str, unit: str):
    """With backtracking one of them takes from seconds to hours, so the deadline is far from both."""
    topic = (unit * 65_535)[:65_535]
    since = time.process_time()
    matcher(template)(topic)
    assert time.process_time() - since < 1
