"""A person. Asks the robot some questions and prints the answers, then leaves."""

import asyncio

from desk import Event
from desk.services import Person
from desk.speech import Sentence

QUESTIONS = ("What time is it in Tokyo?", "What time is it in Atlantis?", "How are you?")


async def main() -> None:
    answers: asyncio.Queue[str] = asyncio.Queue()

    async def listen(event: Event[Sentence]) -> None:
        answers.put_nowait(event.data.text)

    client = Person.from_env(client_id="person")
    client.register(on_speech_said=listen)
    async with client:
        for question in QUESTIONS:
            print(question, flush=True)
            await client.publish_speech_heard(Sentence(text=question))
            print("  " + await asyncio.wait_for(answers.get(), 10), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
