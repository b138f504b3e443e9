"""Channels in files of their own, under the ids that their author gave them; one message under several keys."""

from __future__ import annotations

from tests.codegen.support.workbench import Workbench

MESSAGE = "{m: {payload: {type: integer}}}"


def suffixes(bench: Workbench) -> list[str]:
    return sorted(topic.suffix for topic in bench.compile().catalog.topics)


def test_an_operation_may_refer_to_a_channel_in_a_file(bench: Workbench) -> None:
    bench.write(
        "channels: {front: {$ref: ./front.yaml}}\n"
        "operations: {o: {action: send, channel: {$ref: '#/channels/front'}}}\n"
    )
    bench.write(f"address: doors/front\nmessages: {MESSAGE}\n", "front.yaml", head="")
    (topic,) = bench.compile().catalog.topics
    assert (topic.address, topic.publishers) == ("doors/front", ("test",))


def test_the_ids_of_channels_in_files_are_those_of_the_document(bench: Workbench) -> None:
    bench.write(
        "channels: {front: {$ref: ./1.yaml}, back: {$ref: './more.yaml#/2'}, side: {$ref: '#/components/channels/3'}}\n"
        f"components: {{channels: {{3: {{address: doors/side, messages: {MESSAGE}}}}}}}\n"
    )
    bench.write(f"address: doors/front\nmessages: {MESSAGE}\n", "1.yaml", head="")
    bench.write(f"2: {{address: doors/back, messages: {MESSAGE}}}\n", "more.yaml", head="")
    assert suffixes(bench) == ["back_m", "front_m", "side_m"]


def test_a_channel_in_a_file_has_the_defaults_of_the_document(bench: Workbench) -> None:
    bench.write("defaultContentType: text/x-log\nchannels: {front: {$ref: ./front.yaml}}\n")
    bench.write(f"address: doors/front\nmessages: {MESSAGE}\n", "front.yaml", head="")
    assert bench.compile().catalog.topics[0].content_type == "text/x-log"


def test_a_named_message_under_two_keys_is_one_event(bench: Workbench) -> None:
    bench.write("""
channels:
  data:
    address: data
    messages: {in.message: {$ref: '#/components/messages/D'}, out.message: {$ref: '#/components/messages/D'}}
operations:
  in: {action: receive, channel: {$ref: '#/channels/data'}, messages: [{$ref: '#/channels/data/messages/in.message'}]}
  out: {action: send, channel: {$ref: '#/channels/data'}, messages: [{$ref: '#/channels/data/messages/out.message'}]}
components: {messages: {D: {name: RoomData, payload: {type: integer}}}}
""")
    (topic,) = bench.compile().catalog.topics
    assert (topic.suffix, topic.publishers, topic.subscribers) == ("room_data", ("test",), ("test",))
