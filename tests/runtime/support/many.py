"""How many examples a property is tried with."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

many = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
