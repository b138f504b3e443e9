"""Topics of the ``payloads`` domain. Made by topicwright from catalog/payloads.yaml; do not edit."""

from __future__ import annotations

from typing import Final

from topicwright import Topic

from payloads.payloads.models import Anything, Choice, Command, Map, Number, Numbers, Open, Pet, Thing, Tree

NUMBER: Final[Topic[Number]] = Topic("payloads/scalars", "number", Number)
NUMBERS: Final[Topic[Numbers]] = Topic("payloads/scalars", "numbers", Numbers)
CHOICE: Final[Topic[Choice]] = Topic("payloads/scalars", "choice", Choice)
MAP: Final[Topic[Map]] = Topic("payloads/scalars", "map", Map)
ANYTHING: Final[Topic[Anything]] = Topic("payloads/scalars", "anything", Anything)
THING: Final[Topic[Thing]] = Topic("payloads/things", "thing", Thing)
PET: Final[Topic[Pet]] = Topic("payloads/things", "pet", Pet)
TREE: Final[Topic[Tree]] = Topic("payloads/things", "tree", Tree)
OPEN: Final[Topic[Open]] = Topic("payloads/things", "open", Open)
COMMAND: Final[Topic[Command]] = Topic("payloads/things", "command", Command)
