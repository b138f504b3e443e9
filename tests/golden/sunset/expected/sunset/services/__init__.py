"""A client for each service: it has the methods of what the service does, and no others. Made by topicwright from
catalog/; do not edit."""

from typing import TYPE_CHECKING

from topicwright import lazy_exports

if TYPE_CHECKING:
    from sunset.services.lamp_driver import LampDriver as LampDriver
else:
    __getattr__, __dir__ = lazy_exports(__name__)
