"""Topic names and topic filters by MQTT 5, section 4.7."""

from __future__ import annotations

import pytest
from topicwright import TopicError
from topicwright.mqtt.topic_filters import FilterIndex, check_filter, check_topic, matches


@pytest.mark.parametrize(
    ("topic_filter", "topic", "expected"),
    [
        ("a", "a", True),
        ("a", "b", False),
        ("a/b", "a", False),
        ("a/#", "a", True),
        ("a/#", "a/b", True),
        ("a/#", "a/b/c", True),
        ("a/#", "ab/x", False),
        ("a/#", "ab", False),
        ("#", "a/b/c", True),
        ("#", "$SYS/x", False),
        ("+/x", "$SYS/x", False),
        ("+", "$SYS", False),
        ("$SYS/#", "$SYS/x", True),
        ("$SYS/+", "$SYS/x", True),
        ("+/b/#", "a/b", True),
        ("+/b/#", "a/b/c/d", True),
        ("+/b/#", "a/c", False),
        ("+/#", "a", True),
        ("+/#", "a/b", True),
        ("+", "a", True),
        ("+", "a/b", False),
        ("+", "/a", False),
        ("/+", "/a", True),
        ("+/+", "/a", True),
        ("+/+", "a/b", True),
        ("a/+", "a/", True),
        ("a/+", "a", False),
        ("a/+/c", "a//c", True),
        ("a/+/c", "a/b/d", False),
        ("a//b", "a//b", True),
        ("a//b", "a/b", False),
        ("A", "a", False),
        ("a/$x", "a/$x", True),
        ("a/+", "a/$x", True),
        ("$share/g/a/+", "a/b", True),
        ("$share/g/a/+", "c/b", False),
        ("$share/g/#", "$SYS/x", False),
        ("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", True),
    ],
)
def test_row_43_a_filter_matches_as_the_specification_demands(topic_filter: str, topic: str, expected: bool):
    assert matches(topic_filter, topic) is expected


@pytest.mark.parametrize(
    "text", ["", "a/#/b", "a#", "#a", "a+", "+a", "a/b+/c", "a\0", "$share/g", "$share//a", "$share/+/a", "\ud800"]
)
def test_wrong_filters_are_refused(text: str):
    with pytest.raises(TopicError):
        check_filter(text)


@pytest.mark.parametrize("text", ["", "a/+", "#", "a\0b", "x" * 65536, "\ud800"])
def test_wrong_topics_are_refused(text: str):
    with pytest.raises(TopicError) as caught:
        check_topic(text)
    assert caught.value.value == text


def test_the_longest_topic_is_taken():
    assert check_topic("x" * 65535)


def test_the_index_forgets_what_is_removed():
    index: FilterIndex[int] = FilterIndex()
    filters = ["a/b", "a/+", "a/#", "+/b", "#", "a/b"]
    for number, text in enumerate(filters):
        index.add(text, number)
    assert sorted(index.match("a/b")) == [0, 1, 2, 3, 4, 5]
    for number, text in enumerate(filters):
        index.remove(text, number)
        assert number not in index.match("a/b")
    assert index.match("a/b") == []
    assert not index._root.children
