"""Topic filters match any topic name as the specification demands, alone and in an index."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st
from topicwright import TopicError
from topicwright.mqtt.topic_filters import FilterIndex, check_filter, check_topic, matches

from tests.runtime.support.many import many

LEVEL = st.sampled_from(["", "a", "b", "ab", "$SYS", "é"])
TOPIC = st.lists(LEVEL, min_size=1, max_size=5).map("/".join).filter(bool)
FILTER = st.tuples(
    st.lists(st.one_of(LEVEL, st.just("+")), max_size=4), st.sampled_from([[], ["#"]])
).map(lambda parts: "/".join([*parts[0], *parts[1]])).filter(bool)  # fmt: skip


def reference(topic_filter: list[str], name: list[str]) -> bool:
    """Match by the words of MQTT 5, section 4.7.1, one level after the other."""
    if topic_filter == ["#"]:
        return True
    if not topic_filter or not name:
        return topic_filter == name
    if topic_filter[0] not in {"+", name[0]}:
        return False
    rest = topic_filter[1:]
    return reference(rest, name[1:]) or (rest == ["#"] and len(name) == 1)


@many
@given(FILTER, TOPIC)
def test_matching_follows_the_specification(topic_filter: str, name: str):
    check_filter(topic_filter)
    check_topic(name)
    hidden = name.startswith("$") and topic_filter[0] in "+#"
    expected = not hidden and reference(topic_filter.split("/"), name.split("/"))
    assert matches(topic_filter, name) == expected


@many
@given(st.lists(FILTER, max_size=20), TOPIC, st.randoms(use_true_random=False))
def test_an_index_of_many_filters_is_as_good_as_one_by_one(filters: list[str], name: str, chance: random.Random):
    index: FilterIndex[int] = FilterIndex()
    for number, topic_filter in enumerate(filters):
        index.add(topic_filter, number)
    kept = [number for number in range(len(filters)) if chance.random() < 0.5]
    for number in range(len(filters)):
        if number not in kept:
            index.remove(filters[number], number)
    assert sorted(index.match(name)) == [number for number in kept if matches(filters[number], name)]


@many
@given(st.text(max_size=30))
def test_any_text_is_a_topic_or_a_topic_error(text: str):
    for check in (check_topic, check_filter):
        try:
            check(text)
        except TopicError:
            continue
        assert text
        assert "\0" not in text
