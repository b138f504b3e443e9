"""What the tests of infer share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.codegen.infer.drafts import Drafts


@pytest.fixture
def drafts(tmp_path: Path) -> Drafts:
    return Drafts(tmp_path)
