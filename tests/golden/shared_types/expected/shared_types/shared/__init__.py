"""The ``shared`` domain. Made by topicwright from catalog/; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topicwright import lazy_exports

if TYPE_CHECKING:
    from shared_types.shared.models import Customer as Customer
    from shared_types.shared.models import Money as Money
    from shared_types.shared.models import Order as Order
    from shared_types.shared.models import Status as Status
else:
    __getattr__, __dir__ = lazy_exports(__name__, "models")
