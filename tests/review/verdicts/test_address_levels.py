"""Addresses with text and parameters in one level: the filter is the same, the topics are not."""

from __future__ import annotations

import pytest

from tests.review.support.catalogs import HEAD, compare


def one(address: str) -> str:
    names = [part.partition("}")[0] for part in address.split("{")[1:]]
    parameters = ", ".join(f"{name}: {{}}" for name in names)
    return (
        f"{HEAD}channels:\n  c:\n    address: {address}\n    parameters: {{{parameters}}}\n"
        "    messages: {m: {name: home.state, payload: {type: object, title: S, properties: {a: {type: string}}}}}\n"
        "operations: {o: {action: send, channel: {$ref: '#/channels/c'}}}\n"
    )


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("home/sensor-{id}", "home/device-{id}", ("miss", "miss")),
        ("home/{id}-temp", "home/{id}-t", ("miss", "miss")),
        ("home/{a}-{b}", "home/{a}_{b}", ("miss", "miss")),
        ("home/{id}", "home/sensor-{id}", ("ok", "miss")),
        ("home/sensor-{id}", "home/{id}", ("miss", "ok")),
        ("home/sensor-{id}", "home/sensor-{name}", ("ok", "ok")),
    ],
)
def test_topics_that_a_reader_leaves_out_are_missed(tmp_path, old, new, wanted):
    result = compare(tmp_path, one(old), one(new))
    assert (result.old_consumer, result.new_consumer) == wanted


def test_another_text_in_the_same_level_is_another_topic(tmp_path):
    both = one("home/{id}-temp").replace(
        "operations",
        "  d: {address: 'home/{id}-hum', parameters: {id: {}}, messages: {m: {name: home.hum}}}\noperations",
    )
    result = compare(tmp_path, one("home/{id}-temp"), both)
    assert "topic-shared" not in [found.rule for found in result.findings]
