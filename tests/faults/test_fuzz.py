"""Mutated packets of a broker; ``make fuzz-engine`` sends a million."""

from __future__ import annotations

import pytest

from tests.faults.tools.fuzz_engine import Fuzz
from tests.runtime.support.clients import within


# The codec looks for UTF-8 in its own language, and panics: Python hears of it twice.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("seed", [1, 2])
async def test_no_mutated_packet_raises_hangs_or_leaves_anything_behind(seed: int):
    result = await within(Fuzz(seed).run(1500), 100)
    assert result.escaped == []
    assert result.stuck == 0
    assert result.left <= 70
    assert result.ends["BrokerProtocolError"] > 50
