"""The ``payloads`` domain. Made by topicwright from catalog/payloads.yaml; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topicwright import Handler, MQTTClient, Subscription, lazy_exports

import payloads.payloads as _payloads

if TYPE_CHECKING:
    from payloads.payloads.models import Anything as Anything
    from payloads.payloads.models import Cat as Cat
    from payloads.payloads.models import Choice as Choice
    from payloads.payloads.models import Command as Command
    from payloads.payloads.models import CommandMove as CommandMove
    from payloads.payloads.models import CommandOption2 as CommandOption2
    from payloads.payloads.models import Dog as Dog
    from payloads.payloads.models import Leaf as Leaf
    from payloads.payloads.models import Map as Map
    from payloads.payloads.models import Number as Number
    from payloads.payloads.models import Numbers as Numbers
    from payloads.payloads.models import Open as Open
    from payloads.payloads.models import Pet as Pet
    from payloads.payloads.models import Strategy as Strategy
    from payloads.payloads.models import Thing as Thing
    from payloads.payloads.models import ThingByNameValue as ThingByNameValue
    from payloads.payloads.models import ThingLimits as ThingLimits
    from payloads.payloads.models import ThingOptions as ThingOptions
    from payloads.payloads.models import Tree as Tree
    from payloads.payloads.topics import ANYTHING as ANYTHING
    from payloads.payloads.topics import CHOICE as CHOICE
    from payloads.payloads.topics import COMMAND as COMMAND
    from payloads.payloads.topics import MAP as MAP
    from payloads.payloads.topics import NUMBER as NUMBER
    from payloads.payloads.topics import NUMBERS as NUMBERS
    from payloads.payloads.topics import OPEN as OPEN
    from payloads.payloads.topics import PET as PET
    from payloads.payloads.topics import THING as THING
    from payloads.payloads.topics import TREE as TREE
else:
    __getattr__, __dir__ = lazy_exports(__name__, "models", "topics")


class PayloadsTopics(MQTTClient):
    """Publish to and subscribe to the ``payloads`` topics; service clients take single methods from here."""

    async def publish_number(self: MQTTClient, data: Number, *, correlation_id: str | None = None) -> str:
        """Publish ``number``. ``payloads/scalars``, QoS 1."""
        return await self.publish(_payloads.NUMBER, data, correlation_id=correlation_id)

    async def on_number(self: MQTTClient, handler: Handler[Number], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``number``. ``payloads/scalars``, QoS 1."""
        return await self.on(_payloads.NUMBER, handler, concurrency=concurrency)

    async def publish_numbers(self: MQTTClient, data: Numbers, *, correlation_id: str | None = None) -> str:
        """Publish ``numbers``. ``payloads/scalars``, QoS 1."""
        return await self.publish(_payloads.NUMBERS, data, correlation_id=correlation_id)

    async def on_numbers(self: MQTTClient, handler: Handler[Numbers], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``numbers``. ``payloads/scalars``, QoS 1."""
        return await self.on(_payloads.NUMBERS, handler, concurrency=concurrency)

    async def publish_choice(self: MQTTClient, data: Choice, *, correlation_id: str | None = None) -> str:
        """Publish ``choice``. ``payloads/scalars``, QoS 1."""
        return await self.publish(_payloads.CHOICE, data, correlation_id=correlation_id)

    async def on_choice(self: MQTTClient, handler: Handler[Choice], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``choice``. ``payloads/scalars``, QoS 1."""
        return await self.on(_payloads.CHOICE, handler, concurrency=concurrency)

    async def publish_map(self: MQTTClient, data: Map, *, correlation_id: str | None = None) -> str:
        """Publish ``map``. ``payloads/scalars``, QoS 1."""
        return await self.publish(_payloads.MAP, data, correlation_id=correlation_id)

    async def on_map(self: MQTTClient, handler: Handler[Map], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``map``. ``payloads/scalars``, QoS 1."""
        return await self.on(_payloads.MAP, handler, concurrency=concurrency)

    async def publish_anything(self: MQTTClient, data: Anything, *, correlation_id: str | None = None) -> str:
        """Publish ``anything``. ``payloads/scalars``, QoS 1."""
        return await self.publish(_payloads.ANYTHING, data, correlation_id=correlation_id)

    async def on_anything(self: MQTTClient, handler: Handler[Anything], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``anything``. ``payloads/scalars``, QoS 1."""
        return await self.on(_payloads.ANYTHING, handler, concurrency=concurrency)

    async def publish_thing(self: MQTTClient, data: Thing, *, correlation_id: str | None = None) -> str:
        """Publish ``thing``. ``payloads/things``, QoS 1."""
        return await self.publish(_payloads.THING, data, correlation_id=correlation_id)

    async def on_thing(self: MQTTClient, handler: Handler[Thing], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``thing``. ``payloads/things``, QoS 1."""
        return await self.on(_payloads.THING, handler, concurrency=concurrency)

    async def publish_pet(self: MQTTClient, data: Pet, *, correlation_id: str | None = None) -> str:
        """Publish ``pet``. ``payloads/things``, QoS 1."""
        return await self.publish(_payloads.PET, data, correlation_id=correlation_id)

    async def on_pet(self: MQTTClient, handler: Handler[Pet], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``pet``. ``payloads/things``, QoS 1."""
        return await self.on(_payloads.PET, handler, concurrency=concurrency)

    async def publish_tree(self: MQTTClient, data: Tree, *, correlation_id: str | None = None) -> str:
        """Publish ``tree``. ``payloads/things``, QoS 1."""
        return await self.publish(_payloads.TREE, data, correlation_id=correlation_id)

    async def on_tree(self: MQTTClient, handler: Handler[Tree], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``tree``. ``payloads/things``, QoS 1."""
        return await self.on(_payloads.TREE, handler, concurrency=concurrency)

    async def publish_open(self: MQTTClient, data: Open, *, correlation_id: str | None = None) -> str:
        """Publish ``open``. ``payloads/things``, QoS 1."""
        return await self.publish(_payloads.OPEN, data, correlation_id=correlation_id)

    async def on_open(self: MQTTClient, handler: Handler[Open], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``open``. ``payloads/things``, QoS 1."""
        return await self.on(_payloads.OPEN, handler, concurrency=concurrency)

    async def publish_command(self: MQTTClient, data: Command, *, correlation_id: str | None = None) -> str:
        """Publish ``command``. ``payloads/things``, QoS 1."""
        return await self.publish(_payloads.COMMAND, data, correlation_id=correlation_id)

    async def on_command(self: MQTTClient, handler: Handler[Command], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``command``. ``payloads/things``, QoS 1."""
        return await self.on(_payloads.COMMAND, handler, concurrency=concurrency)
