"""Whatever a peer sends, a message of the log is one short printable line."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
from topicwright import Event, Topic, retry
from topicwright.telemetry.one_line import LONGEST_LINE
from topicwright.testing import MemoryBroker

from tests.runtime.support.catalog import topic
from tests.runtime.support.clients import Clients, Inbox, eventually

log = logging.getLogger("topicwright")
FORGED = "x\n2026-01-01 ERROR root: admin logged in \x1b[2J\u202e"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    log.addHandler(handler)
    yield text
    log.removeHandler(handler)


def lines(written: io.StringIO) -> list[str]:
    return written.getvalue().splitlines()


@pytest.mark.parametrize("text", [FORGED, "y" * 100_000, FORGED * 5000])
def test_row_55_a_message_is_one_printable_line_below_two_kilobytes(written: io.StringIO, text: str):
    log.warning("a message of %s: %r", text, 7)
    assert len(lines(written)) == 1
    assert lines(written)[0].isprintable()
    assert len(lines(written)[0].encode()) < 2000


def test_a_usual_message_keeps_its_template_and_its_arguments(caplog: pytest.LogCaptureFixture):
    log.warning("%s of %d", "one", 2)
    assert (caplog.records[-1].msg, caplog.records[-1].args) == ("%s of %d", ("one", 2))


def test_the_text_of_an_exception_forges_no_line_of_its_traceback(written: io.StringIO):
    try:
        try:
            raise KeyError(FORGED)
        except KeyError as error:
            raise RuntimeError(FORGED * 1000) from error
    except RuntimeError:
        log.exception("it failed")
    found = lines(written)
    assert not any(line.startswith("2026") for line in found)
    assert all(line.isprintable() and len(line.encode()) < 2000 for line in found)
    assert [line.split(":")[0] for line in found if line.startswith(("KeyError", "RuntimeError"))] == [
        "KeyError", "RuntimeError",
    ]  # fmt: skip
    assert "Traceback (most recent call last):" in found


def test_all_exceptions_of_a_group_are_named(written: io.StringIO):
    log.error("both failed", exc_info=ExceptionGroup("two", [ValueError("first\nline"), OSError("second")]))
    assert r"  one of them: ValueError: first\nline" in lines(written)
    assert "  one of them: OSError: second" in lines(written)


async def test_a_handler_that_repeats_what_it_got_in_its_error_forges_no_line(
    written: io.StringIO, memory_broker: MemoryBroker, clients: Clients
):
    client = await clients(memory_broker.url, on_error=retry(1, 0.0))

    async def handler(payload: bytes) -> None:
        raise ValueError(payload.decode())

    await client.subscribe("a/#", handler, qos=1)
    memory_broker.publish("a/\x1b[2J", FORGED.encode(), qos=1)
    await eventually(lambda: client.stats().filters["a/#"].failed)
    assert all(line.isprintable() and not line.startswith("2026") for line in lines(written))


async def test_a_message_with_many_wrong_items_makes_a_short_line(
    written: io.StringIO, memory_broker: MemoryBroker, clients: Clients
):
    client, wrong = await clients(memory_broker.url), ",".join(['"x"'] * 20_000)
    numbers: Topic[list[int]] = topic("numbers", "numbers", list[int], wire="none")
    await client.on(numbers, Inbox[Event[list[int]]]())
    memory_broker.publish("numbers", f"[{wrong}]".encode(), qos=1)
    await eventually(lambda: client.stats().filters["numbers"].invalid)
    told = [line for line in lines(written) if "invalid" in line]
    assert len(told) == 1
    assert "0: Input should be a valid integer" in told[0]
    assert "and 19992 more problems" in told[0]
    assert len(told[0]) < LONGEST_LINE
