"""A client for each service: it has the methods of what the service does, and no others. Made by topicwright from
catalog/plant.yaml; do not edit."""

from typing import TYPE_CHECKING

from topicwright import lazy_exports

if TYPE_CHECKING:
    from wildcards.services.plant import Plant as Plant
else:
    __getattr__, __dir__ = lazy_exports(__name__)
