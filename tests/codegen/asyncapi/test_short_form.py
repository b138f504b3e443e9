"""A service that lists its events by name is the service whose operations are written out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from topicwright_codegen.bundle.serialization import as_yaml
from topicwright_codegen.catalog.reading import read_catalog
from topicwright_codegen.commands.bundle import bundle_catalog
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.lint import lint

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


def test_a_service_of_the_table_can_be_in_a_file_of_its_own(bench: Workbench) -> None:
    bench.write(
        "title: Asks\nx-requests:\n  llm.ask: {bindings: {$ref: '#/b'}}\nb: {mqtt: {qos: 0}}\nx-sends: [llm.nothing]\n",
        "parts/asker.yaml",
        head="",
    )
    bench.write(f"{CHANNELS}x-services:\n  asker: {{$ref: parts/asker.yaml}}\n")
    (error,) = bench.errors()
    assert error.startswith("parts/asker.yaml:5:11: TW242")
    text = (bench.catalog / "parts/asker.yaml").read_text("utf-8").replace("x-sends: [llm.nothing]\n", "")
    bench.write(text, "parts/asker.yaml", head="")
    operations: Any = made(bench)[1]["operations"]
    assert {key: operation["bindings"]["mqtt"]["qos"] for key, operation in operations.items()} == {
        "asker.sendAsk": 0,
        "asker.sendAskStream": 0,
    }


def test_a_reply_can_say_where_it_goes_and_be_a_stream_of_its_own(bench: Workbench) -> None:
    reply = "{messages: llm.part, x-stream-until: done, address: {$ref: '#/components/replyAddresses/inbox'}}"
    channels = PLAIN.replace("    address: llm/part\n", "    address: null\n").replace(
        "address: llm/ask\n", f"address: llm/ask\n    x-reply: {reply}\n"
    )
    channels += "components: {replyAddresses: {inbox: {location: $message.header#/inbox}}}\n"
    channels = channels.replace("{name: llm.ask,", "{name: llm.ask, headers: {properties: {inbox: {type: string}}},")
    catalog(bench, service("x-serves: llm.ask\n"), channels)
    operations: Any = made(bench)[1]["operations"]
    assert list(operations) == ["one.receiveAskStream"]
    assert operations["one.receiveAskStream"]["reply"] == {
        "x-stream-until": "done",
        "address": {"location": "$message.header#/inbox"},
        "channel": {"$ref": "#/channels/part"},
        "messages": [{"$ref": "#/channels/part/messages/part"}],
    }


def test_one_event_can_be_several_operations_that_the_service_tells_apart(bench: Workbench) -> None:
    both = "[{summary: Whole., x-reply: llm.answer}, {summary: In parts., x-reply: llm.part}]"
    for text in (f"x-requests: {{llm.ask: {both}}}\n", f"x-sends: {{llm.ask: {both}}}\nx-requests: [llm.ask]\n"):
        catalog(bench, service(text))
        operations: Any = made(bench)[1]["operations"]
        summaries = {key: operation["summary"] for key, operation in operations.items()}
        assert summaries == {"one.sendAsk": "Whole.", "one.sendAskStream": "In parts."}


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("x-sends: [mood.good, mood.good]\n", "3:22: TW246 warning: 'mood.good' is listed twice; see also"),
        ("x-sends: {mood.good: {x-reply: mood.bad}}\n", "3:23: TW233 warning: extension 'x-reply' has no effect in"),
        ("x-sends: {mood.good: {x-mqt: {}}}\n", "3:23: TW228 warning: extension 'x-mqt' means nothing here"),
        (
            "x-send: [mood.good]\n",
            "3:1: TW228 warning: extension 'x-send' means nothing here (did you mean 'x-sends'?)",
        ),
    ],
)
def test_what_a_list_has_without_an_effect_is_reported(bench: Workbench, text: str, warning: str) -> None:
    catalog(bench, service(text))
    (found,) = [line for line in bench.warnings() if line.startswith("services/one.yaml")]
    assert found.startswith(f"services/one.yaml:{warning}")


def test_a_field_of_a_service_without_its_prefix_is_reported(bench: Workbench) -> None:
    bench.write(f"{CHANNELS}x-services: {{a: {{sends: [mood.good]}}}}\n")
    (found,) = [line for line in bench.warnings() if "TW228" in line]
    assert "did you mean 'x-sends'?" in found


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        ("[llm.part, mood.good, llm.answer]", "TW245 replies 'mood.good' and 'llm.answer' are on two channels"),
        ("llm.prat", "TW242 there is no event 'llm.prat' (did you mean 'llm.part'?)"),
        ("5", "TW201 x-reply must be the name of an event, or a list of names, not a number"),
        ("[]", "TW201 x-reply names no event"),
        ("{mesages: llm.part}", "TW202 unknown field 'mesages' in x-reply (did you mean 'messages'?)"),
    ],
)
def test_a_wrong_reply_is_an_error_at_its_line(bench: Workbench, reply: str, message: str) -> None:
    channels = CHANNELS.replace("[llm.answer, llm.part]", reply)
    catalog(bench, service("x-serves: [llm.ask]\n"), channels)
    errors = bench.errors()
    assert all(error.startswith("channels/llm.yaml:7:") for error in errors)
    assert any(message in error for error in errors)


def test_lists_need_asyncapi_3(bench: Workbench) -> None:
    bench.write("channels: {}\nx-sends: [a]\n", head="asyncapi: 2.6.0\ninfo: {title: T, version: 1.0.0}\n")
    (error,) = bench.errors()
    assert error.startswith("test.yaml:4:1: TW247 x-sends needs AsyncAPI 3")


def test_a_trait_and_a_channel_of_asyncapi_2_have_a_delivery_too(bench: Workbench) -> None:
    head = "asyncapi: 2.6.0\ninfo: {title: T, version: 1.0.0}\n"
    bench.write(
        "channels: {a: {x-mqtt: {qos: 2}, subscribe: {message: {name: e, traits: [{x-mqtt: {expiry: 7}}], "
        "payload: {type: string}}}}}\n",
        head=head,
    )
    operations: Any = made(bench)[1]["operations"]
    assert [one["bindings"]["mqtt"] for one in operations.values()] == [{"qos": 2, "messageExpiryInterval": 7}]


def test_a_finding_about_a_listed_operation_has_the_line_of_the_list(bench: Workbench) -> None:
    catalog(bench, {"one": "x-sends: [mood.good]\n", "two": "x-sends:\n  - mood.bad\n  - mood.good\n"})
    bench.write("x-sends: {mood.good: {bindings: {mqtt: {qos: 0}}}}\n", "services/two.yaml")
    bench.write("x-sends: {mood.good: {x-mqtt: {qos: 2}}}\n", "services/one.yaml")
    (error,) = [line for line in bench.errors() if "TW310" in line]
    assert error.startswith("services/one.yaml:3:32: TW310")
    assert "services/two.yaml:3:41" in error


def test_bare_messages_of_one_name_are_listed_by_their_keys(bench: Workbench) -> None:
    channels = "channels: {a: {address: a, messages: {x: {name: n, payload: {type: string}}, y: {name: n}}}}\n"
    bench.write(channels, "channels/a.yaml")
    bench.write("x-sends: [x]\n", "services/one.yaml")
    assert "publish_x = " in bench.compile().package.files["services/one.py"]


@pytest.mark.parametrize("version", [2, 3])
def test_a_parameter_of_the_components_is_that_of_each_address_that_names_it(bench: Workbench, version: int) -> None:
    shared = "components: {parameters: {room: {description: The room.}, other: {description: Unused.}}}\n"
    message = "{name: %s, payload: {type: string}}"
    if version == 3:
        channels = "".join(
            f"  {key}: {{address: '{key}/{{room}}/{{own}}', parameters: {{own: {{description: Its own.}}}}, "
            f"messages: {{m: {message % key}}}}}\n"
            for key in ("a", "b")
        )
        bench.write(f"channels:\n{channels}{shared}")
    else:
        channels = "".join(
            f"  '{key}/{{room}}/{{own}}': {{parameters: {{own: {{description: Its own.}}}}, "
            f"publish: {{message: {message % key}}}}}\n"
            for key in ("a", "b")
        )
        bench.write(f"channels:\n{channels}{shared}", head="asyncapi: 2.6.0\ninfo: {title: T, version: 1.0.0}\n")
    assert [line for line in bench.warnings() if "TW205" in line] == []
    listed: Any = made(bench)[1]["channels"]
    for channel in listed.values():
        assert channel["parameters"] == {"room": {"description": "The room."}, "own": {"description": "Its own."}}


def test_a_parameter_that_neither_channel_nor_components_have_is_reported(bench: Workbench) -> None:
    bench.write(
        "channels: {a: {address: 'a/{room}/{desk}', messages: {m: {payload: {type: string}}}}}\n"
        "components: {parameters: {room: {description: The room.}}}\n"
    )
    (warning,) = bench.warnings()
    assert "TW205 warning: parameter 'desk' of the address is not declared" in warning


def test_a_reply_that_no_service_asks_for_is_reported(bench: Workbench) -> None:
    catalog(bench, service("x-sends: [llm.ask]\n"))
    found = [line for line in bench.warnings() if "TW248" in line]
    assert [line.split(" ")[0] for line in found] == ["channels/llm.yaml:7:5:", "channels/llm.yaml:19:9:"]
    catalog(bench, service("x-serves: [llm.ask]\n"))
    assert [line for line in bench.warnings() if "TW248" in line] == []


@pytest.mark.parametrize("servers", ["[main]", "[{$ref: '#/servers/main'}]"])
def test_a_service_names_its_servers_or_refers_to_them(bench: Workbench, servers: str) -> None:
    server = "servers: {main: {host: h, protocol: mqtt, bindings: {mqtt: {clientId: worker-1}}}}\n"
    bench.write(f"{CHANNELS}{server}x-services: {{a: {{x-sends: [mood.good], servers: {servers}}}}}\n")
    files, document = made(bench)
    assert "MQTT_CLIENT_ID=worker-1" in files["services/a.py"]
    tables: Any = document["x-services"]
    assert tables["a"]["servers"] == [{"$ref": "#/servers/main"}]


@pytest.mark.parametrize(
    ("servers", "message"),
    [
        ("[mian]", "TW249 the document has no server 'mian' (did you mean 'main'?)"),
        ("[{$ref: '#/channels/ask'}]", "TW249 this is no server"),
        ("main", "TW201 'servers' must be a list, not a string"),
    ],
)
def test_a_service_with_a_wrong_server_is_an_error(bench: Workbench, servers: str, message: str) -> None:
    server = "servers: {main: {host: h, protocol: mqtt}}\n"
    bench.write(f"{CHANNELS}{server}x-services: {{a: {{x-sends: [mood.good], servers: {servers}}}}}\n")
    (error,) = bench.errors()
    assert message in error


def test_keys_with_slashes_and_tildes_are_referred_to(bench: Workbench) -> None:
    bench.write(
        "channels: {'a/b~c': {address: a/b, messages: {'m/n': {name: e, payload: {type: string}}}}}\n",
        "my channels/a b.yaml",
    )
    bench.write("x-sends: [e]\n", "services/one.yaml")
    assert "publish_e" in bench.compile().package.files["services/one.py"]


def test_lint_compares_the_qos_of_each_message_of_an_operation(bench: Workbench) -> None:
    catalog(bench, {"one": "x-sends: {mood.good: {x-mqtt: {qos: 1}}}\n"})
    bench.write("x-sends: {mood.bad: {x-mqtt: {qos: 2}}}\nx-receives: [mood.good, mood.bad]\n", "services/three.yaml")
    bench.write("x-receives: {mood.good: {x-mqtt: {qos: 0}}, mood.bad: }\n", "services/two.yaml")
    reading = read_catalog(bench.config, Diagnostics())
    lint(reading)
    found = [str(one) for one in reading.source.diagnostics.sorted() if one.code == "TW507"]
    assert len(found) == 1
    assert "services/two.yaml:3:35: TW507 warning: 'mood.good' is received at QoS 0 and sent at QoS 1" in found[0]


def test_an_event_without_fields_joins_an_operation_of_its_channel_with_a_text_alone(bench: Workbench) -> None:
    for fields, ids in (("Smile.", ["one.receiveMood"]), ("{x-mqtt: {qos: 0}}", ["one.receiveMood", "one.receiveBad"])):
        catalog(bench, service(f"x-receives: {{mood.good: {fields}, mood.bad: }}\n"))
        operations: Any = made(bench)[1]["operations"]
        assert list(operations) == ids


def test_a_thousand_wrong_names_are_a_thousand_errors(bench: Workbench) -> None:
    catalog(bench, service(f"x-sends: [{', '.join(f'mood.goo{number}' for number in range(1000))}]\n"))
    errors = bench.errors()
    assert len(errors) == 1000
    assert sum("did you mean 'mood.good'?" in error for error in errors) == 50
