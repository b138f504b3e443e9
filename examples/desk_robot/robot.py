"""The robot. It understands one question, and asks the clock for the answer."""

import asyncio
import re

from topicwright import RequestTimeoutError

from desk import Event
from desk.clock import ClockUnknownError, ReadClock
from desk.services import Robot
from desk.speech import Sentence

QUESTION = re.compile(r"what time is it in ([\w ]+)", re.IGNORECASE)


class Mind:
    """Answers what it hears."""

    def __init__(self, client: Robot) -> None:
        self.client = client
        client.register(on_speech_heard=self.hear)

    async def hear(self, event: Event[Sentence]) -> None:
        """Say the answer; the reply carries the id of the question."""
        await self.client.publish_speech_said(Sentence(text=await self.answer(event.data.text)))

    async def answer(self, text: str) -> str:
        """Return what to say."""
        question = QUESTION.search(text)
        if question is None:
            return "I only know the time."
        city = question[1]
        try:
            clock = await self.client.request_clock_read(ReadClock(city=city), timeout=5)
        except ClockUnknownError as unknown:
            return f"I have never been in {unknown.data.city}."
        except RequestTimeoutError:
            return "My clock does not answer."
        return f"In {city} it is {clock.time}."


async def main() -> None:
    client = Robot.from_env(client_id="robot")
    Mind(client)
    async with client:
        print("ready", flush=True)
        await client.run_forever()


if __name__ == "__main__":
    asyncio.run(main())
