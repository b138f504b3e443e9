"""Topic filters by MQTT 5, section 4.7: against every topic of a small alphabet, and against the runtime's own."""

from __future__ import annotations

import itertools
from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from topicwright.errors import TopicError
from topicwright.mqtt.topic_filters import check_filter, check_topic
from topicwright.mqtt.topic_filters import includes as includes_at_run_time
from topicwright.mqtt.topic_filters import matches as matches_at_run_time
from topicwright.mqtt.topic_filters import overlap as overlap_at_run_time
from topicwright_codegen.topic_filters import (
    filter_of,
    includes,
    is_filter,
    is_literal,
    is_topic,
    literal_rivals,
    matches,
    overlap,
    strip_share,
)

LEVELS = ("a", "b", "$s", "")
TOPICS = ["/".join(levels) for count in range(1, 5) for levels in itertools.product((*LEVELS, "new"), repeat=count)]
TOPICS.remove("")
"""Every topic of at most four levels; ``new`` stands for a level that no filter names."""

texts = st.text(st.sampled_from("ab$/+#\0"), max_size=8)
shared = st.sampled_from(["", "", "$share/g/", "$share/", "$share/+/"])
filters = st.builds(
    lambda levels, last: "/".join([*levels, *last]) or "+",
    st.lists(st.sampled_from((*LEVELS, "+")), max_size=3),
    st.sampled_from(([], ["#"])),
)
topics = st.lists(st.sampled_from((*LEVELS, "new")), min_size=1, max_size=4).map("/".join).filter(bool)


@cache
def matched(filter_: str) -> set[str]:
    return {topic for topic in TOPICS if matches_at_run_time(filter_, topic)}


@given(filters, filters)
@example("#", "+/#")
@example("a/#", "a")
@example("+/a", "$s/a")
@example("#", "$s/#")
@example("+", "/#")
def test_two_filters_overlap_where_a_topic_is_matched_by_both(one: str, other: str) -> None:
    assert overlap(one, other) is bool(matched(one) & matched(other))


@given(filters, filters)
@example("+/#", "#")
@example("a/+/#", "a/#")
@example("/+/#", "/#")
def test_a_filter_includes_another_where_it_matches_each_topic_of_it(wide: str, narrow: str) -> None:
    assert includes(wide, narrow) is (matched(narrow) <= matched(wide))


@given(shared.filter(lambda text: is_filter(f"{text}a")), filters, topics)
def test_matches_as_the_runtime_does(prefix: str, filter_: str, topic: str) -> None:
    assert matches(prefix + filter_, topic) is matches_at_run_time(prefix + filter_, topic)


@given(filters, filters)
@example("#", "+/#")
@example("/#", "+")
@example("+/a", "$s/a")
def test_compares_two_filters_as_the_runtime_does(one: str, other: str) -> None:
    for first, second in ((one, other), (f"$share/g/{one}", other)):
        assert overlap(first, second) is overlap_at_run_time(first, second)
        assert includes(first, second) is includes_at_run_time(first, second)


@given(shared, texts)
def test_takes_the_filters_that_the_runtime_takes(prefix: str, text: str) -> None:
    assert is_filter(prefix + text) is accepted(check_filter, prefix + text)


@given(texts)
@example("a" * 65535)
@example("a" * 65536)
def test_takes_the_topics_that_the_runtime_takes(text: str) -> None:
    assert is_topic(text) is accepted(check_topic, text)


def accepted(check, text: str) -> bool:
    try:
        check(text)
    except TopicError:
        return False
    return True


@pytest.mark.parametrize(
    ("text", "expected"),
    [("$share/g/a/b", "a/b"), ("$share/g/", "$share/g/"), ("$share/a", "$share/a"), ("a/$share/g/b", "a/$share/g/b")],
)
def test_what_a_shared_subscription_matches(text: str, expected: str) -> None:
    assert strip_share(text) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [("a/{b}/c", "a/+/c"), ("a/x-{b}.{c}", "a/+"), ("{a/b}/c", "+/c"), ("a/+/{b}/#", "a/+/+/#"), ("a/b", "a/b")],
)
def test_a_level_with_a_parameter_is_a_wildcard(address: str, expected: str) -> None:
    assert filter_of(address) == expected
    assert is_literal(address) is (address == "a/b")


@pytest.mark.parametrize(
    ("address", "rivals"),
    [
        ("plant/{area}/#", ("plant/a", "plant/a/b")),
        ("plant/#", ("plant/a", "plant/a/b")),
        ("plant/+/{unit}", ("plant/a/b",)),
        ("{site}/uptime", ()),
        ("$SYS/{name}", ("$SYS/uptime",)),
        ("plant/a/b", ()),
    ],
)
def test_literal_addresses_win_over_all_others_that_match_them(address: str, rivals: tuple[str, ...]) -> None:
    assert literal_rivals(address, ["plant/a/b", "plant/a", "$SYS/uptime", "site/x/y"]) == rivals
