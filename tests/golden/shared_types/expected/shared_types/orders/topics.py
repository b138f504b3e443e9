"""Topics of the ``orders`` domain. Made by topicwright from catalog/orders.yaml; do not edit."""

from __future__ import annotations

from typing import Final

from topicwright import Topic

from shared_types.shared.models import Order

ORDER_PLACED: Final[Topic[Order]] = Topic("orders/placed", "OrderPlaced", Order)
"""A customer wants something."""
