"""Topics of the ``class_`` domain. Made by topicwright from catalog/names.yaml; do not edit."""

from __future__ import annotations

from typing import Final

from topicwright import Topic

from names.class_.models import Größe

USER_SIGNED_UP: Final[Topic[Größe]] = Topic("class/slashes", "user/signed-up!", Größe)
