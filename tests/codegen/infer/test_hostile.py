"""What peers send is data: whatever it is, the draft compiles, means what it says, and nothing is silent."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from topicwright_codegen.documents.yaml_reader import read_yaml
from topicwright_codegen.infer import survey
from topicwright_codegen.infer.capture.heard import Heard
from topicwright_codegen.project.config import UsageError

from tests.codegen.infer.drafts import Done, Drafts, said

EVIL = [
    *("a\nb: #{}", "x: y", "- q", "#c", "{p}", "\x07bel", "'q'", '"dq"', "\u202e", "日本", "é", "&a", "*b", "!t", "%p"),
    *(
        "@x",
        "`z`",
        "?",
        "|",
        ">",
        " sp ",
        "a" * 300,
        "null",
        "on",
        "no",
        "~",
        "1e3",
        "0x1F",
        "<<",
        "$ref",
        "\u2028",
        "\x85",
    ),
    *(": #{}\nchannels: {}", "{{ 7*7 }}", "${HOME}", "\\", "\\u0000", "..", "class", "__init__"),
]


def check(done: Done, messages: int, refused: int = 0) -> None:
    """Check the verdict, and that our reader of YAML and the one that wrote it read the same."""
    assert done.verdict.accepted == messages - refused, done.report
    assert json.loads(json.dumps(read_yaml(done.text))) == json.loads(json.dumps(done.document))


def test_topics_of_any_text_do_not_break_the_draft(drafts: Drafts) -> None:
    usable = [level for level in EVIL if not re.search(r"[+#\0]|^\$", level)]
    done = drafts.infer(said(f"{level}/{end}", {"v": 1}) for level in usable for end in ("t", level))
    check(done, 2 * len(usable))
    assert list(done.document) == ["asyncapi", "info", "defaultContentType", "channels", "components"]


def test_keys_of_any_text_do_not_break_the_draft(drafts: Drafts) -> None:
    value = {key: dict.fromkeys(EVIL, 1) for key in EVIL}
    done = drafts.infer([said("k/t", value)] * 4)
    check(done, 4)
    assert drafts.infer([said("k/t", value)] * 4).text == done.text


def test_values_of_any_text_do_not_break_the_draft(drafts: Drafts) -> None:
    check(drafts.infer(said("k/t", {"s": text, "type": text}) for text in EVIL * 3), 3 * len(EVIL))


def test_values_of_any_text_do_not_break_the_examples(drafts: Drafts) -> None:
    done = drafts.infer([said(f"k/{at}", {"s": text, "n": 1.5}) for at, text in enumerate(EVIL)], examples=True)
    check(done, len(EVIL))


def test_event_types_of_any_text_do_not_break_the_draft(drafts: Drafts) -> None:
    types = [text for text in EVIL if text.isprintable() and len(text) < 100][:20]
    done = drafts.infer(
        said("k/t", {"type": text, "id": "1", "ts": 1, "source": "s", "data": {"a": 1}}) for text in types * 3
    )
    check(done, 3 * len(types))


def test_user_properties_of_any_text_do_not_break_the_draft(drafts: Drafts) -> None:
    user = tuple((text, text) for text in EVIL)
    messages = [said("p/a", {"a": 1}, user=user, content_type="text/plain; \n evil: {}")] * 3
    done = drafts.infer(messages)
    check(done, 3)
    assert drafts.infer(messages).text == done.text


def test_words_of_json_schema_are_names_of_fields(drafts: Drafts) -> None:
    words = {"properties": {"type": 1}, "required": "x", "$ref": "#/a", "allOf": [1], "const": 1, "x-lenient": ["a"]}
    check(drafts.infer([said("x/a", words)] * 3), 3)


def test_more_event_types_than_are_described_are_counted(drafts: Drafts) -> None:
    done = drafts.infer(
        said("t/x", {"id": "a", "type": f"e.{at}", "ts": 1.5, "source": "s", "data": {}}) for at in range(60)
    )
    check(done, 60, refused=36)
    assert "# 36 messages of event types that are too many" in done.text


BROKEN: dict[str, tuple[bytes, str]] = {
    "NaN": (b'{"v": NaN}', "no JSON"),
    "invalid UTF-8": (b'{"v": "\xff"}', "no JSON"),
    "a cut object": (b'{"v": 1', "no JSON"),
    "nesting": (b'{"a":' * 2000 + b"1" + b"}" * 2000, "no JSON"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_broken_json_among_good_messages_is_counted(drafts: Drafts, kind: str) -> None:
    done = drafts.infer([*[said("n/b", {"v": 1})] * 5, *[said("n/b", BROKEN[kind][0])] * 3])
    check(done, 8, refused=3)
    assert "# 3 payloads that are no JSON, though they begin so" in done.text
    assert list(done.payload("n/b")["properties"]) == ["v"]


@pytest.mark.parametrize("kind", BROKEN)
def test_a_topic_with_broken_json_alone_has_bytes(drafts: Drafts, kind: str) -> None:
    check(drafts.infer([said("n/b", BROKEN[kind][0])] * 3), 3)


def test_duplicate_keys_are_read_as_the_runtime_reads_them(drafts: Drafts) -> None:
    done = drafts.infer([said("d/a", b'{"v": 1, "v": "a b"}')] * 3)
    check(done, 3)
    assert dict(done.payload("d/a")["properties"]["v"]) == {"type": "string"}


def test_numbers_of_any_size_are_read(drafts: Drafts) -> None:
    value = {"v": 10**400, "w": 2**63, "x": -(2**70), "y": 1e308, "z": -0.0}
    check(drafts.infer([said("b/a", value), said("b/t", b"9" * 300), said("b/u", b"-0"), said("b/u", b"00")]), 4)


def test_deep_values_are_described_to_a_depth(drafts: Drafts) -> None:
    deep = b'{"a":' * 100 + b"1" + b"}" * 100
    done = drafts.infer([said("d/o", deep)] * 3)
    check(done, 3)
    assert "nested too deeply to be described" in done.text


def test_large_payloads_take_no_room_in_the_draft(drafts: Drafts) -> None:
    values: list[Any] = [{"t": "x" * 10**6}, {"k" * 10**6: 1}, {f"key{at}": at for at in range(20_000)}]
    done = drafts.infer([said(f"m/{at}/x", value) for at, value in enumerate(values)])
    check(done, 3)
    assert len(done.text) < 40_000


def test_an_empty_payload_with_retain_is_no_event(drafts: Drafts) -> None:
    done = drafts.infer([said("a/b", {"x": 1}, 1, True), said("a/b", b"", 1, True), said("a/c", b"", 1, True)])
    check(done, 1)
    assert "not judged: 2 empty payloads with RETAIN" in done.report


def test_topics_of_the_broker_and_wildcards_are_left_out_and_counted(drafts: Drafts) -> None:
    done = drafts.infer([Heard(topic, b"1") for topic in ("$SYS/uptime", "a/+/b", "a/#", "a\0b", "x/" * 100, "a/b")])
    assert done.addresses == ["a/b"]
    assert "left out: 1 message on topics that begin with $" in done.report
    assert "left out: 4 messages with a wildcard, a null character or more than 64 levels" in done.report


@pytest.mark.parametrize("capture", [b"", b"\n\n", b"no json\n", b'{"topic": "$SYS/x", "payload": "1"}\n'])
def test_a_capture_without_a_message_is_one_clear_error(drafts: Drafts, capture: bytes) -> None:
    with pytest.raises(UsageError, match="nothing to infer from"):
        drafts.infer(capture)
    assert not drafts.file.exists()


def test_broken_lines_of_a_capture_are_counted_and_the_first_is_shown(drafts: Drafts) -> None:
    good = b'{"topic": "a/b", "payload": "1"}\n'
    bad = b'nothing\n{"topic": 5}\n[]\n{"topic": "a", "payload": 5}\n\xff\n{"topic": "a", "payload_base64": "!"}\n'
    done = drafts.infer(good + bad + good + b'{"topic": "a/b", "pay')
    assert done.verdict.accepted == 2
    assert re.search(r"left out: 7 lines of the capture; the first: \S+capture.jsonl:2: no message", done.report)


def test_what_is_printed_controls_no_terminal(drafts: Drafts) -> None:
    drafts.infer([said("a/b", {"x": 1})] * 3)
    done = drafts.infer([said("a/b", {"x": 1, "\x1b[31m\u202e": 2})] * 3)
    assert done.report.replace("\n", "").isprintable()
    assert all(line.isprintable() for line in done.text.splitlines())


def test_topics_beyond_the_most_are_counted(drafts: Drafts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey, "MOST_TOPICS", 20)
    messages = [said(f"dev/{at:06d}/state", {"v": 1}) for at in range(50)]
    done = drafts.infer([*messages, said("late/comer/on", {"v": 1})])
    assert done.addresses == ["dev/{dev_id}/state"]
    assert "capped: more than 20 topics" in done.report
    assert "left out: 1 message on topics that no address of the draft matches" in done.report


def test_many_topics_become_few_addresses(drafts: Drafts) -> None:
    done = drafts.infer(said(f"dev/{at * 7919:09d}/{end}", {"v": 1}) for at in range(3000) for end in ("a", "b"))
    assert done.addresses == ["dev/{dev_id}/a", "dev/{dev_id}/b"]
    check(done, 6000)
