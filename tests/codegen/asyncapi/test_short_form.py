"""A service that lists its events by name is the service whose operations are written out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from topicwright_codegen.bundle.serialization import as_yaml
from topicwright_codegen.commands.bundle import bundle_catalog
from topicwright_codegen.diagnostics.diagnostics import Diagnostics

from tests.codegen.support.workbench import Workbench

CHANNELS = """\
x-envelope: tars
channels:
  ask:
    address: llm/ask
    x-reply: [llm.answer, llm.part]
    messages: {ask: {name: llm.ask, payload: {type: string}}}
  answer:
    address: llm/answer
    messages:
      answer: {name: llm.answer, x-mqtt: {qos: 2, expiry: 60}, payload: {type: string}}
  part:
    address: llm/part
    x-mqtt: {qos: 0}
    messages:
      part:
        name: llm.part
        x-stream-until: done
        payload: {type: object, properties: {done: {type: boolean}}}
  mood:
    address: llm/mood/{robot}
    parameters: {robot: {}}
    x-mqtt: {retain: true}
    messages:
      good: {name: mood.good, payload: {type: string}}
      bad: {name: mood.bad, payload: {type: string}}
"""
PLAIN = CHANNELS.replace("    x-reply: [llm.answer, llm.part]\n", "").replace("        x-stream-until: done\n", "")
SHORT = {
    "worker": """\
x-serves: {llm.ask: Answer.}
x-sends: [mood.good, mood.bad]
""",
    "asker": """\
x-receives:
  mood.good: {summary: Be glad., tags: [{name: moods}]}
x-requests: llm.ask
x-sends: [llm.answer]
""",
}
LONG = {
    "worker": """\
channels:
  ask: {$ref: '../channels/llm.yaml#/channels/ask'}
  answer: {$ref: '../channels/llm.yaml#/channels/answer'}
  part: {$ref: '../channels/llm.yaml#/channels/part'}
  mood: {$ref: '../channels/llm.yaml#/channels/mood'}
operations:
  receiveAsk:
    action: receive
    channel: {$ref: '#/channels/ask'}
    summary: Answer.
    messages: [{$ref: '#/channels/ask/messages/ask'}]
    reply: {channel: {$ref: '#/channels/answer'}, messages: [{$ref: '#/channels/answer/messages/answer'}]}
  receiveAskStream:
    action: receive
    channel: {$ref: '#/channels/ask'}
    summary: Answer.
    messages: [{$ref: '#/channels/ask/messages/ask'}]
    reply:
      x-stream-until: done
      channel: {$ref: '#/channels/part'}
      messages: [{$ref: '#/channels/part/messages/part'}]
  sendMood:
    action: send
    channel: {$ref: '#/channels/mood'}
    messages: [{$ref: '#/channels/mood/messages/good'}, {$ref: '#/channels/mood/messages/bad'}]
    bindings: {mqtt: {retain: true}}
""",
    "asker": """\
channels:
  mood: {$ref: '../channels/llm.yaml#/channels/mood'}
  ask: {$ref: '../channels/llm.yaml#/channels/ask'}
  answer: {$ref: '../channels/llm.yaml#/channels/answer'}
  part: {$ref: '../channels/llm.yaml#/channels/part'}
operations:
  receiveMood:
    action: receive
    channel: {$ref: '#/channels/mood'}
    summary: Be glad.
    tags: [{name: moods}]
    messages: [{$ref: '#/channels/mood/messages/good'}]
    bindings: {mqtt: {retain: true}}
  sendAsk:
    action: send
    channel: {$ref: '#/channels/ask'}
    messages: [{$ref: '#/channels/ask/messages/ask'}]
    reply: {channel: {$ref: '#/channels/answer'}, messages: [{$ref: '#/channels/answer/messages/answer'}]}
  sendAskStream:
    action: send
    channel: {$ref: '#/channels/ask'}
    messages: [{$ref: '#/channels/ask/messages/ask'}]
    reply:
      x-stream-until: done
      channel: {$ref: '#/channels/part'}
      messages: [{$ref: '#/channels/part/messages/part'}]
  sendAnswer:
    action: send
    channel: {$ref: '#/channels/answer'}
    messages: [{$ref: '#/channels/answer/messages/answer'}]
    bindings: {mqtt: {qos: 2, messageExpiryInterval: 60}}
""",
}


def catalog(bench: Workbench, services: dict[str, str], channels: str = CHANNELS) -> None:
    bench.write(channels, "channels/llm.yaml")
    for name, text in services.items():
        bench.write(text, f"services/{name}.yaml")


def made(bench: Workbench) -> tuple[dict[str, str], dict[str, object]]:
    return dict(bench.compile().package.files), bundle_catalog(bench.config, Diagnostics())


def test_lists_of_events_mean_what_written_operations_mean(bench: Workbench) -> None:
    catalog(bench, SHORT)
    short = made(bench)
    catalog(bench, LONG, PLAIN)
    files, document = made(bench)
    assert short[0] == files
    assert short[1]["operations"] == document["operations"]


def test_the_bundle_of_a_short_catalog_has_operations_and_the_same_package(bench: Workbench, tmp_path: Path) -> None:
    catalog(bench, SHORT)
    files, document = made(bench)
    other = tmp_path / "other"
    other.mkdir()
    again = Workbench(other)
    again.write(as_yaml(document), head="")
    again.settings = {"title": "sdk"}
    assert made(again) == (files, document)
    text = as_yaml(document)
    assert not any(key in text for key in ("x-sends", "x-receives", "x-serves", "x-requests", "x-reply"))
    assert "qos: 2" in text
    assert "messageExpiryInterval: 60" in text


def service(text: str) -> dict[str, str]:
    return {"one": text}


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("x-sends: [llm.ask, llm.anser]\n", "3:20", "TW242 there is no event 'llm.anser' (did you mean 'llm.answer'?)"),
        ("x-sends:\n  - llm.ask\n  - mood.glad\n", "5:5", "TW242 there is no event 'mood.glad' (did you mean"),
        ("x-receives: {mood.sad: Cry.}\n", "3:14", "TW242 there is no event 'mood.sad'"),
        ("x-requests: [mood.good]\n", "3:14", "TW244 'mood.good' has no reply; see also channels/llm.yaml:26:7"),
        ("x-sends: 5\n", "3:1", "TW201 'x-sends' must be a list, not a number"),
        ("x-sends: [{llm.ask: Ask.}]\n", "3:11", "TW201 an element of 'x-sends' must be the name of an event"),
        ("x-sends: {llm.ask: []}\n", "3:11", "TW201 'llm.ask' must be a summary or fields of an operation"),
        ("x-sends: {llm.ask: {action: send}}\n", "3:21", "TW202 'action' has no place in an entry of x-sends"),
        ("x-sends: {llm.ask: {sumary: Ask.}}\n", "3:21", "TW202 unknown field 'sumary' in an operation (did you mean"),
    ],
)
def test_a_wrong_list_is_one_error_at_its_line(bench: Workbench, text: str, place: str, message: str) -> None:
    catalog(bench, service(text))
    (error,) = bench.errors()
    assert error.startswith(f"services/one.yaml:{place}: {message}")


def test_a_name_of_two_events_is_an_error_with_names_that_are_clear(bench: Workbench) -> None:
    twin = "channels:\n  hello: {address: hello, messages: {m: {name: mood.good, payload: {type: string}}}}\n"
    bench.write(twin, "channels/other.yaml")
    catalog(bench, service("x-sends: [mood.good]\n"))
    (error,) = bench.errors()
    assert "TW243 'mood.good' is the name of 2 events" in error
    assert "(write mood/mood.good or hello/mood.good)" in error
    for name in ("mood/mood.good", "llm/mood.good", "llm/mood/mood.good"):
        bench.write(f"x-sends: [{name}]\n", "services/one.yaml")
        files = bench.compile().package.files
        assert "publish_mood_mood_good = llm." in files["services/one.py"]


def test_an_event_of_a_channel_and_its_services_can_be_in_one_file(bench: Workbench) -> None:
    bench.write(f"{CHANNELS}x-services:\n  a-b: {{title: A, x-sends: [llm.answer]}}\n  c: {{x-receives: llm.answer}}\n")
    files = bench.compile().package.files
    assert "publish_llm_answer" in files["services/a_b.py"]
    assert "on_llm_answer" in files["services/c.py"]


@pytest.mark.parametrize(
    ("mqtt", "message"),
    [
        ("{qos: 3}", "TW214 QoS 3 is not 0, 1 or 2"),
        ("{qos: high}", "TW201 'qos' must be an integer, not a string"),
        ("{retain: 1}", "TW201 'retain' must be a boolean, not a number"),
        ("{messageExpiryInterval: 5}", "TW202 unknown field 'messageExpiryInterval' in x-mqtt (write expiry)"),
        ("{retian: true}", "TW202 unknown field 'retian' in x-mqtt (did you mean 'retain'?)"),
        ("1", "TW201 'x-mqtt' must be an object, not a number"),
    ],
)
@pytest.mark.parametrize("at", ["channel", "message"])
def test_a_wrong_delivery_is_an_error_at_its_line(bench: Workbench, at: str, mqtt: str, message: str) -> None:
    own = {"channel": "", "message": "", at: f"x-mqtt: {mqtt}, "}
    payload = f"{own['message']}payload: {{type: string}}"
    bench.write(f"channels:\n  a: {{{own['channel']}address: a, messages: {{m: {{{payload}}}}}}}\n")
    (error,) = bench.errors()
    assert error.startswith("test.yaml:4:")
    assert message in error


def test_the_nearest_delivery_wins_and_a_binding_of_the_operation_over_all(bench: Workbench) -> None:
    operation = "operations: {s: {action: send, channel: {$ref: '#/channels/a'}%s}}\n"
    text = (
        "channels:\n  a:\n    address: a\n    x-mqtt: {qos: 0, retain: true, expiry: 5}\n    messages:\n"
        "      m: {x-mqtt: {expiry: 6}, payload: {type: string}}\n"
    )
    for own, expected in (
        ("", {"qos": 0, "retain": True, "messageExpiryInterval": 6}),
        (", x-mqtt: {qos: 2}", {"qos": 2, "retain": True, "messageExpiryInterval": 6}),
        (
            ", x-mqtt: {qos: 2}, bindings: {mqtt: {qos: 1, retain: false}}",
            {"qos": 1, "retain": False, "messageExpiryInterval": 6},
        ),
    ):
        bench.write(text + operation % own)
        operations: Any = made(bench)[1]["operations"]
        assert operations["s"]["bindings"]["mqtt"] == expected


def test_two_senders_that_disagree_are_an_error_with_both_lines(bench: Workbench) -> None:
    catalog(bench, SHORT)
    bench.write("x-sends: {mood.bad: {x-mqtt: {retain: false}}}\n", "services/third.yaml")
    (error,) = bench.errors()
    assert "TW310 retain of 'mood.bad' is" in error
    assert "services/third.yaml:3:" in error
    assert "channels/llm.yaml:24:" in error
