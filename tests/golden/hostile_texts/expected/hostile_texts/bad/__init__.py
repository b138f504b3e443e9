"""The ``bad`` domain. Made by topicwright from catalog/hostile.yaml; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from topicwright import ANY, AnyValue, Handler, MQTTClient, Subscription, lazy_exports

import hostile_texts.bad as _bad

if TYPE_CHECKING:
    from hostile_texts.bad.models import BadMessage as BadMessage
    from hostile_texts.bad.topics import BAD_IMPORT_OS_EVENT_SCRIPT as BAD_IMPORT_OS_EVENT_SCRIPT
    from hostile_texts.bad.topics import BadImportOsEventScriptParams as BadImportOsEventScriptParams
else:
    __getattr__, __dir__ = lazy_exports(__name__, "models", "topics")


class BadTopics(MQTTClient):
    """Publish to and subscribe to the ``bad`` topics; service clients take single methods from here."""

    async def publish_bad_import_os_event_script(
        self: MQTTClient,
        data: BadMessage,
        *,
        a: Literal['x"]', "'''\"\"\"\n__import__('os')", "${jndi}", "{{ 7*7 }}", "{% raw %}"] = "{{ 7*7 }}",
        correlation_id: str | None = None,
    ) -> str:
        """Publish ``bad\"\"\"\\nimport os\\n.event | <script>```.

        ends with a backslash \\

        ends with a quote "

        ``bad/"/{a}/'''/\\``, QoS 1."""
        return await self.publish(
            _bad.BAD_IMPORT_OS_EVENT_SCRIPT,
            data,
            params=_bad.BadImportOsEventScriptParams(a=a),
            correlation_id=correlation_id,
        )

    async def on_bad_import_os_event_script(
        self: MQTTClient,
        handler: Handler[BadMessage, BadImportOsEventScriptParams],
        *,
        a: Literal['x"]', "'''\"\"\"\n__import__('os')", "${jndi}", "{{ 7*7 }}", "{% raw %}"] | AnyValue = ANY,
        concurrency: int = 1,
    ) -> Subscription:
        """Call ``handler`` for each ``bad\"\"\"\\nimport os\\n.event | <script>```.

        ends with a backslash \\

        ends with a quote "

        ``bad/"/{a}/'''/\\``, QoS 1."""
        return await self.on(_bad.BAD_IMPORT_OS_EVENT_SCRIPT, handler, match={"a": a}, concurrency=concurrency)
