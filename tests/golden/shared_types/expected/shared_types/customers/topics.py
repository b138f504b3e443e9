"""Topics of the ``customers`` domain. Made by topicwright from catalog/customers.yaml; do not edit."""

from __future__ import annotations

from typing import Final

from topicwright import Topic

from shared_types.customers.models import CustomerChange

CUSTOMER_CHANGED: Final[Topic[CustomerChange]] = Topic("customers/changed", "CustomerChanged", CustomerChange)
"""A customer is different now."""
