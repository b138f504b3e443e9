"""The blocking client on real brokers: every verb, from any thread, to a graceful end."""

from __future__ import annotations

import multiprocessing
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from queue import Queue
from typing import Any

import pytest
from topicwright import Cleared, ConfigurationError, Event, NotConnectedError, RemoteError
from topicwright.sync import MQTTClient
from topicwright.testing import LocalBroker, MemoryBroker

from tests.runtime.support.catalog import (
    CAMERA_FRAME,
    LLM_DELTAS,
    LLM_REQUEST,
    LLM_STREAM,
    MEMORY,
    MEMORY_QUERY,
    STATE,
    Delta,
    Frame,
    FrameParams,
    Hit,
    LLMRequest,
    MemoryQuery,
    MemoryQueryResult,
)
from tests.runtime.support.clients import options

DEADLINE = 15.0
Make = Callable[..., MQTTClient]


@pytest.fixture
def make(broker: LocalBroker | MemoryBroker) -> Iterator[Make]:
    made: list[MQTTClient] = []

    def connected(name: str = "one", **more: Any) -> MQTTClient:
        client = MQTTClient(broker.url, name, **options(**more))
        made.append(client)
        client.connect()
        return client

    yield connected
    for client in made:
        client.shutdown()


def answer(event: Event[MemoryQuery]) -> MemoryQueryResult:
    return MemoryQueryResult(query=event.data.text, k=event.data.top_k)


def test_an_event_reaches_a_handler_in_a_thread_of_its_own(make: Make):
    got: Queue[tuple[Event[MemoryQuery], str]] = Queue()
    reader, writer = make("reader"), make("writer")
    reader.on(MEMORY_QUERY, lambda event: got.put((event, threading.current_thread().name)))
    sent = writer.publish(MEMORY_QUERY, MemoryQuery(text="hello"))
    event, thread = got.get(timeout=DEADLINE)
    assert (event.id, event.data.text) == (sent, "hello")
    assert thread == "mqtt reader handler 1"


def test_parameters_match_and_are_sent(make: Make):
    got: Queue[str] = Queue()
    client = make()
    client.on(CAMERA_FRAME, lambda event: got.put(event.data.data), match={"camera_id": "left"})
    for name in ("right", "left"):
        client.publish(CAMERA_FRAME, Frame(data=name), params=FrameParams(name))
    assert got.get(timeout=DEADLINE) == "left"


def test_a_request_gets_its_reply_also_from_inside_a_handler(make: Make):
    server, asker = make("server"), make("asker")
    server.serve(MEMORY, answer)
    assert asker.request(MEMORY, MemoryQuery(text="a", top_k=3)).k == 3
    got: Queue[MemoryQueryResult] = Queue()
    asker.subscribe("start", lambda payload: got.put(asker.request(MEMORY, MemoryQuery(text=payload.decode()))))
    server.publish_bytes("start", b"inside")
    assert got.get(timeout=DEADLINE).query == "inside"


def test_a_client_answers_itself_where_it_has_two_threads(make: Make):
    client = make(handler_threads=2)
    client.serve(MEMORY, answer)
    got: Queue[str] = Queue()
    client.subscribe("start", lambda _: got.put(client.request(MEMORY, MemoryQuery(text="me")).query))
    client.publish_bytes("start", b"")
    assert got.get(timeout=DEADLINE) == "me"


def test_a_responder_that_raises_is_a_remote_error(make: Make):
    def fail(event: Event[MemoryQuery]) -> MemoryQueryResult:
        raise LookupError(event.data.text)

    server, asker = make("server"), make("asker")
    server.serve(MEMORY, fail)
    with pytest.raises(RemoteError, match="LookupError"):
        asker.request(MEMORY, MemoryQuery(text="a"), timeout=DEADLINE)


def test_a_stream_is_an_iterator_that_may_be_left_early(make: Make):
    server, asker = make("server"), make("asker")

    def send(event: Event[LLMRequest]) -> None:
        for number in range(3):
            delta = Delta(id=event.data.id, seq=number, done=number == 2)
            server.publish(LLM_STREAM, delta, correlation_id=event.data.id)

    server.on(LLM_REQUEST, send)
    request = LLMRequest(text="a", id="x")
    assert [delta.seq for delta in asker.stream(LLM_DELTAS, request, timeout=DEADLINE)] == [0, 1, 2]
    for delta in asker.stream(LLM_DELTAS, LLMRequest(text="a", id="y"), timeout=DEADLINE):
        assert delta.seq == 0
        break


def test_a_cleared_message_is_told(make: Make):
    cleared: Queue[Cleared[Any]] = Queue()
    client = make()
    client.on(STATE, lambda event: None, cleared=cleared.put)
    client.publish(STATE, Hit(text="on"))
    client.clear(STATE)
    assert cleared.get(timeout=DEADLINE).topic == "state/lamp"


def test_many_threads_publish_at_once_and_nothing_is_lost(make: Make):
    reader, writer = make("reader"), make("writer")
    got: Queue[str] = Queue()
    reader.on(MEMORY_QUERY, lambda event: got.put(event.data.text))

    def publish(first: int) -> None:
        for number in range(first, first + 50):
            writer.publish(MEMORY_QUERY, MemoryQuery(text=str(number)))

    threads = [threading.Thread(target=publish, args=(first,)) for first in range(0, 400, 50)]
    for thread in threads:
        thread.start()
    assert {got.get(timeout=DEADLINE) for _ in range(400)} == {str(number) for number in range(400)}
    for thread in threads:
        thread.join()


def test_one_thread_runs_one_handler_at_a_time_and_more_run_several(make: Make):
    client = make(handler_threads=2)
    both = threading.Barrier(2, timeout=DEADLINE)
    done: Queue[int] = Queue()
    for name in ("a", "b"):
        client.subscribe(name, lambda _: done.put(both.wait()), qos=1)
    client.publish_bytes("a", b"")
    client.publish_bytes("b", b"")
    assert {done.get(timeout=DEADLINE), done.get(timeout=DEADLINE)} == {0, 1}


def test_shutdown_lets_a_handler_finish_and_acknowledges_it(make: Make, broker: LocalBroker | MemoryBroker):
    started, go, ended = threading.Event(), threading.Event(), threading.Event()

    def work(payload: bytes) -> None:
        started.set()
        go.wait(DEADLINE)
        ended.set()

    client, other = make("worker"), make("other")
    client.subscribe("work", work, qos=1)
    other.publish_bytes("work", b"1", qos=1)
    assert started.wait(DEADLINE)
    leaving = threading.Thread(target=client.shutdown)
    leaving.start()
    go.set()
    leaving.join(DEADLINE)
    assert ended.is_set()
    assert not client.connected
    again: Queue[bytes] = Queue()
    client.connect()  # a session that is resumed; nothing comes twice
    client.subscribe("work", again.put, qos=1)
    other.publish_bytes("work", b"2", qos=1)
    assert again.get(timeout=DEADLINE) == b"2"


def test_a_handler_may_end_its_subscription_and_its_client(make: Make):
    client = make()
    first = client.subscribe("a", lambda _: first.close(), qos=1)
    client.subscribe("b", lambda _: client.shutdown(), qos=1)
    client.publish_bytes("a", b"", qos=1)
    client.publish_bytes("b", b"", qos=1)
    client.closed()
    client.shutdown()
    assert not client.connected


def test_calls_before_connect_and_after_shutdown_are_told(broker: LocalBroker | MemoryBroker):
    client = MQTTClient(broker.url, "late", **options())
    with pytest.raises(NotConnectedError):
        client.publish(MEMORY_QUERY, MemoryQuery(text="a"))
    with client:
        client.publish(MEMORY_QUERY, MemoryQuery(text="a"))
    with pytest.raises(NotConnectedError):
        client.publish(MEMORY_QUERY, MemoryQuery(text="a"))
    client.shutdown()


def test_wrong_handlers_and_settings_are_refused_at_once(make: Make):
    async def waits(event: object) -> None: ...

    client = make()
    with pytest.raises(TypeError, match=r"must be a plain function for a blocking client; .*waits is not"):
        client.on(MEMORY_QUERY, waits)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="1 positional"):
        client.on(MEMORY_QUERY, lambda: None)  # type: ignore[arg-type, misc]
    with pytest.raises(ConfigurationError, match="handler_threads must be at least 1"):
        MQTTClient("mqtt://127.0.0.1", "x", handler_threads=0)


def test_a_client_of_a_process_that_has_forked_says_so(make: Make):
    client = make()
    context = multiprocessing.get_context("fork")
    told = context.Queue()
    child = context.Process(target=_publish_in_a_fork, args=(client, told))
    child.start()
    assert "make one in each process, after the fork" in told.get(timeout=DEADLINE)
    child.join(DEADLINE)
    client.publish(MEMORY_QUERY, MemoryQuery(text="the parent goes on"))


def _publish_in_a_fork(client: MQTTClient, told: Any) -> None:
    try:
        client.publish(MEMORY_QUERY, MemoryQuery(text="a"))
    except NotConnectedError as error:
        told.put(str(error))


PROGRAM = """
import signal, sys, threading, time
from topicwright.sync import MQTTClient
client = MQTTClient(sys.argv[1], "program", enable_health=True)
client.connect()
{rest}
"""


WAITS = """
def tell_when_signals_are_awaited():
    while signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        time.sleep(0.01)
    print("ready", flush=True)

threading.Thread(target=tell_when_signals_are_awaited).start()
client.run_forever()
print("left", flush=True)
"""


def assert_said_goodbye(health: Queue[bytes]) -> None:
    assert b'"event":"ready"' in health.get(timeout=DEADLINE)
    assert b'"event":"shutdown"' in health.get(timeout=DEADLINE)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_run_forever_and_the_client_says_goodbye(mosquitto: LocalBroker, number: int):
    program = PROGRAM.format(rest=WAITS)
    health: Queue[bytes] = Queue()
    with MQTTClient(mosquitto.url, "watcher", **options()) as watcher:
        watcher.subscribe("system/health/program", health.put, qos=1)
        process = subprocess.Popen([sys.executable, "-c", program, mosquitto.url], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        assert process.communicate(timeout=DEADLINE)[0] == "left\n"
        assert process.returncode == 0
        assert_said_goodbye(health)


def test_a_program_that_ends_without_shutdown_leaves_gracefully(mosquitto: LocalBroker):
    health: Queue[bytes] = Queue()
    with MQTTClient(mosquitto.url, "watcher", **options()) as watcher:
        watcher.subscribe("system/health/program", health.put, qos=1)
        program = PROGRAM.format(rest="")
        done = subprocess.run([sys.executable, "-c", program, mosquitto.url], check=False, timeout=30, text=True)
        assert done.returncode == 0
        assert_said_goodbye(health)
