"""The robot and the clock on a broker inside the test's process: no network, no waiting."""

import re

import pytest
from topicwright.testing import MemoryBroker

from desk.services import Clock, Person, Robot
from desk.speech import SPEECH_SAID, Sentence

from clock import tell
from robot import Mind


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What time is it in Lima?", r"In Lima it is \d\d:\d\d\."),
        ("What time is it in Atlantis?", r"I have never been in Atlantis\."),
        ("Who are you?", r"I only know the time\."),
    ],
)
async def test_the_robot_answers(memory_broker: MemoryBroker, question: str, answer: str) -> None:
    url = memory_broker.url
    robot = Robot(url, "robot")
    Mind(robot)
    async with robot, Clock(url, "clock") as clock, Person(url, "person") as person:
        await clock.serve_clock_read(tell)
        await person.publish_speech_heard(Sentence(text=question))
        said = await memory_broker.expect(SPEECH_SAID)
    assert re.fullmatch(answer, said.data.text)
