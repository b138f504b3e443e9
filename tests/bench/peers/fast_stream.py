"""FastStream: a typed subscriber, which it validates with pydantic."""

from __future__ import annotations

import logging
import time
from typing import Any

from faststream.mqtt import MQTTBroker, QoS

from tars.memory import MemoryQuery, MemoryQueryResult

from ..sample import Envelope, new_id
from .base import Peer, Seen

QOS = (QoS.AT_MOST_ONCE, QoS.AT_LEAST_ONCE)
Result = Envelope[MemoryQueryResult]
Query = Envelope[MemoryQuery]


class FastStreamPeer(Peer):
    """Its broker object is made with its subscribers, then started."""

    async def open(self) -> None:
        self.broker = MQTTBroker(
            f"mqtt://{self.place.host}:{self.place.port}",
            client_id=self.place.client_id,
            logger=None,
            log_level=logging.CRITICAL,
        )
        await self.broker.start()

    async def close(self) -> None:
        await self.broker.stop()

    def _result(self, message_id: str) -> Result:
        data: Any = self.sample.data
        return Result(id=message_id, type="memory.query.result", ts=time.time(), source="bench", data=data)

    async def publish(self, qos: int) -> None:
        await self.broker.publish(self._result(new_id()), self.sample.topic, qos=QOS[qos])

    async def receive(self, qos: int, seen: Seen) -> None:
        async def handler(message: Result) -> None:
            seen()

        handler.__annotations__["message"] = Result
        await self._subscribe("memory/results", qos, handler)

    async def _subscribe(self, topic: str, qos: int, handler: Any) -> None:
        subscriber = self.broker.subscriber(topic, qos=QOS[qos])
        subscriber(handler)
        await subscriber.start()

    async def serve(self) -> None:
        async def handler(message: Query) -> Result:
            return self._result(message.id)

        handler.__annotations__.update({"message": Query, "return": Result})
        await self._subscribe("memory/query", 1, handler)

    async def request(self) -> None:
        query = Query(id=new_id(), type="memory.query", ts=time.time(), source="bench", data=MemoryQuery(text="Mars"))
        reply = await self.broker.request(query, "memory/query", timeout=10, qos=QOS[1])
        Result.model_validate(await reply.decode())
