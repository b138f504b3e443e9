"""Payloads of the ``customers`` topics. Made by topicwright from catalog/customers.yaml; do not edit."""

from __future__ import annotations

from typing import Literal, TypeAlias

from topicwright import Model, Omittable

from shared_types.shared.models import Customer, Money

Status: TypeAlias = Literal["new", "known"]
"""How well we know someone."""


class CustomerChange(Model):
    """``CustomerChange``."""

    customer: Omittable[Customer] = None
    status: Omittable[Status] = None
    """How well we know someone."""
    debt: Omittable[Money] = None
    """An amount of money."""
