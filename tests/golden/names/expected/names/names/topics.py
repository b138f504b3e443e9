"""Topics of the ``names`` domain. Made by topicwright from catalog/names.yaml; do not edit."""

from __future__ import annotations

from typing import Final

from topicwright import Topic

from names.names.models import Event_, Health, Type2faCode, Type2faCode2

SVC0001_EVENT: Final[Topic[Event_]] = Topic("names/0001", "Svc0001Event", Event_)
"""Named like a class of the runtime."""
SVC0002_EVENT: Final[Topic[Type2faCode]] = Topic("names/0002", "Svc0002Event", Type2faCode)
TOPIC_2FA_CODE: Final[Topic[Type2faCode2]] = Topic("names/digits", "2fa.code", Type2faCode2)
HEALTH_: Final[Topic[Health]] = Topic("names/health", "health", Health)
