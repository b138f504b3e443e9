"""Operations of a bundle: what each service does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from topicwright_codegen.asyncapi.apis import service_name
from topicwright_codegen.asyncapi.model import Api, Delivery, Operation
from topicwright_codegen.asyncapi.view import View, is_version_2
from topicwright_codegen.bundle.channels import Channels
from topicwright_codegen.bundle.copier import Copier, Object
from topicwright_codegen.bundle.servers import Servers

_OWN = frozenset(
    (
        *("action", "channel", "messages", "message", "reply", "traits", "security", "operationId", "deprecated"),
        *("x-service", "x-mqtt"),
    )
)
"""The fields that are not copied as they are."""


@dataclass(frozen=True, slots=True)
class Operations:
    """Writes operations, under keys that are theirs alone."""

    copier: Copier
    channels: Channels
    servers: Servers

    def all(self, apis: Sequence[Api]) -> Object:
        """Return the operations of the document."""
        made: Object = {}
        for api in apis:
            name = service_name(api) if len(apis) > 1 else ""
            for operation in api.operations:
                # A bundle that is bundled again has the service in its keys already.
                key = f"{name}.{operation.id}" if name and not api.service else operation.id
                while key in made:
                    key += "_"
                made[key] = {**self._operation(operation), **({"x-service": name} if name else {})}
        return made

    def _operation(self, operation: Operation) -> Object:
        over = is_version_2(operation.node.document)
        view = View(self.copier.source, (operation.node,)).with_traits(over=over)
        made: Object = {"action": operation.action, "channel": self.channels.reference(operation.channel)}
        made |= self.copier.fields(view, _OWN)
        delivery = _delivery(operation.delivery)
        if delivery:
            bindings = cast(Object, made.setdefault("bindings", {}))
            bindings["mqtt"] = {**cast(Object, bindings.get("mqtt", {})), **delivery}
        if operation.deprecation is not None:
            made["x-deprecated"] = True
        security = self.servers.security(view)
        if security:
            made["security"] = security
        references = (
            self.channels.reference(operation.channel, "messages", message.key) for message in operation.messages
        )
        made["messages"] = list(references)
        reply = view.object("reply")
        if reply is not None:
            made["reply"] = self._reply(operation, reply)
        return made

    def _reply(self, operation: Operation, view: View) -> Object:
        made = self.copier.fields(view, ("channel", "messages"))
        reply = operation.reply
        if reply is not None:
            made["channel"] = self.channels.reference(reply.channel)
            made["messages"] = [
                self.channels.reference(reply.channel, "messages", message.key) for message in reply.messages
            ]
        return made


def _delivery(delivery: Delivery) -> Object:
    """Return a delivery as the fields of an mqtt binding."""
    fields = {"qos": delivery.qos, "retain": delivery.retain, "messageExpiryInterval": delivery.expiry}
    return {key: field.value for key, field in fields.items() if field is not None}
