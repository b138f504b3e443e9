"""Recorded systems beside their true catalogs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.codegen.infer.figures import SYSTEMS, figures_of


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_draft_of_a_recorded_system_is_close_to_its_true_catalog(name: str, tmp_path: Path) -> None:
    figures = figures_of(name, tmp_path)
    assert figures.compared.missed == []
    assert figures.compared.false == []
    assert figures.compared.share >= 0.95, figures.compared.wrong
    assert figures.accepted == 100
