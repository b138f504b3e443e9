"""FastStream: a typed subscriber, which it validates with pydantic."""

from __future__ import annotations

import logging
import time
from functools import cached_property
from typing import Any

from faststream.mqtt import MQTTBroker, QoS

from .base import Peer, Seen

QOS = (QoS.AT_MOST_ONCE, QoS.AT_LEAST_ONCE)


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

    @cached_property
    def _kinds(self) -> tuple[Any, Any]:
        """The envelopes of request and reply. Imported late, since start-up is measured without models."""
        from tars.memory import MemoryQuery, MemoryQueryResult

        from ..sample import Envelope

        return Envelope[MemoryQuery], Envelope[MemoryQueryResult]

    def _result(self, message_id: str) -> Any:
        data: Any = self.sample.data
        return self._kinds[1](id=message_id, type="memory.query.result", ts=time.time(), source="bench", data=data)

    async def publish(self, qos: int) -> None:
        from ..sample import new_id

        await self.broker.publish(self._result(new_id()), self.sample.topic, qos=QOS[qos])

    async def receive(self, qos: int, seen: Seen) -> None:
        async def handler(message: Any) -> None:
            seen()

        handler.__annotations__["message"] = self._kinds[1]
        await self._subscribe("memory/results", qos, handler)

    async def _subscribe(self, topic: str, qos: int, handler: Any) -> None:
        subscriber = self.broker.subscriber(topic, qos=QOS[qos])
        subscriber(handler)
        await subscriber.start()

    async def serve(self) -> None:
        query, result = self._kinds

        async def handler(message: Any) -> Any:
            return self._result(message.id)

        handler.__annotations__.update({"message": query, "return": result})
        await self._subscribe("memory/query", 1, handler)

    async def request(self) -> None:
        from ..sample import new_id

        query, result = self._kinds
        asked = query(id=new_id(), type="memory.query", ts=time.time(), source="bench", data=self.query)
        reply = await self.broker.request(asked, "memory/query", timeout=10, qos=QOS[1])
        result.model_validate(await reply.decode())
