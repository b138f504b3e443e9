"""Topics of the ``names`` domain. Made by topicwright from catalog/names.yaml; do not edit."""

from __future__ import annotations

from typing import Final

from topicwright import Topic

from names.names.models import Event_, Health, Type2faCode, Type2faCode2

SVC0001_EVENT: Final[Topic[Event_]] = Topic(address="names/0001", event_type="Svc0001Event", model=Event_)
"""Named like a class of the runtime."""
SVC0002_EVENT: Final[Topic[Type2faCode]] = Topic(address="names/0002", event_type="Svc0002Event", model=Type2faCode)
TOPIC_2FA_CODE: Final[Topic[Type2faCode2]] = Topic(address="names/digits", event_type="2fa.code", model=Type2faCode2)
HEALTH_: Final[Topic[Health]] = Topic(address="names/health", event_type="health", model=Health)
