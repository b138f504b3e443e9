"""Topics of the ``payloads`` domain. Made by topicwright from catalog/payloads.yaml; do not edit."""

from __future__ import annotations

from typing import Final

from topicwright import Topic

from payloads.payloads.models import Anything, Choice, Command, Map, Number, Numbers, Open, Pet, Thing, Tree

NUMBER: Final[Topic[Number]] = Topic(address="payloads/scalars", event_type="number", model=Number)
NUMBERS: Final[Topic[Numbers]] = Topic(address="payloads/scalars", event_type="numbers", model=Numbers)
CHOICE: Final[Topic[Choice]] = Topic(address="payloads/scalars", event_type="choice", model=Choice)
MAP: Final[Topic[Map]] = Topic(address="payloads/scalars", event_type="map", model=Map)
ANYTHING: Final[Topic[Anything]] = Topic(address="payloads/scalars", event_type="anything", model=Anything)
THING: Final[Topic[Thing]] = Topic(address="payloads/things", event_type="thing", model=Thing)
PET: Final[Topic[Pet]] = Topic(address="payloads/things", event_type="pet", model=Pet)
TREE: Final[Topic[Tree]] = Topic(address="payloads/things", event_type="tree", model=Tree)
OPEN: Final[Topic[Open]] = Topic(address="payloads/things", event_type="open", model=Open)
COMMAND: Final[Topic[Command]] = Topic(address="payloads/things", event_type="command", model=Command)
