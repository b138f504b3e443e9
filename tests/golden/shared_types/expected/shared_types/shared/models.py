"""Payloads of the ``shared`` topics. Made by topicwright from catalog/; do not edit."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field
from topicwright import Model, Omittable


class Money(Model):
    """An amount of money."""

    cents: int
    currency: Annotated[str, Field(max_length=3, min_length=3)]


Status: TypeAlias = Literal["open", "paid"]
"""How far it is."""


class Order(Model):
    """``Order``."""

    customer: Customer
    amount: Money
    """An amount of money."""
    status: Omittable[Status] = None
    """How far it is."""


class Customer(Model):
    """``Customer``."""

    name: str
    last_order: Omittable[Order] = None


Order.model_rebuild()
Customer.model_rebuild()
