"""This project: the generated client, typed, validated, acknowledged after the handler."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from .base import Peer, Seen, spread


class Engine(Peer):
    """Over the runtime's own MQTT 5 engine."""

    # Without a session that outlives it, as the others: the broker would keep messages for each client that has ended.
    options: ClassVar[dict[str, Any]] = {"transport": "engine", "protocol": "5", "session_expiry": 0}

    async def open(self) -> None:
        from tars import TarsClient

        place = self.place
        self.client: Any = TarsClient(f"mqtt://{place.host}:{place.port}", place.client_id, **self.options)
        await self.client.connect()

    async def close(self) -> None:
        await self.client.shutdown()

    def topic(self, qos: int) -> Any:
        """Return the catalog's descriptor of the sample, with the QoS that is measured."""
        from topicwright import NoHeaders, NoParams, Topic

        from tars.memory import MEMORY_QUERY_RESULT

        if self.place.judged:
            from .judged import Judged

            judged: Any = Judged
            return replace(MEMORY_QUERY_RESULT, qos=qos, model=judged)
        if not self.place.size:
            return replace(MEMORY_QUERY_RESULT, qos=qos)
        kind: Any = type(self.sample.data)
        return Topic(
            address=self.sample.topic, event_type="text", model=kind, params=NoParams, headers=NoHeaders, qos=qos
        )

    async def publish(self, qos: int) -> None:
        await self.client.publish(self.topic(qos), self.sample.data)

    async def publish_many(self, count: int, qos: int, in_flight: int) -> None:
        """Publish from ``in_flight`` tasks, as the generated methods do."""
        topic, data, publish = self.topic(qos), self.sample.data, self.client.publish
        await spread(count, in_flight, lambda: publish(topic, data))

    async def receive(self, qos: int, seen: Seen) -> None:
        async def handler(event: object) -> None:
            seen()

        await self.client.on(self.topic(qos), handler)

    async def serve(self) -> None:
        data = self.sample.data

        async def answer(event: object) -> Any:
            return data

        await self.client.serve_memory_query(answer)

    async def request(self) -> None:
        await self.client.request_memory_query(self.query)

    async def subscribe_each(self, filters: int, seen: Seen) -> None:
        """Make ``filters`` subscriptions to topics of two levels; 1 stands for one that takes all."""
        from tars.memory import MEMORY_QUERY_RESULT

        from .fleet import FleetParams

        async def handler(event: object) -> None:
            seen()

        topic: Any = replace(MEMORY_QUERY_RESULT, address="fleet/{unit}/{sensor}", params=FleetParams)
        for number in range(filters):
            await self.client.on(topic, handler, match={"unit": f"u{number}"} if filters > 1 else None)


class Library(Engine):
    """Over aiomqtt, in MQTT 3.1.1."""

    options: ClassVar[dict[str, Any]] = {"protocol": "3.1.1", "session_expiry": 0}
