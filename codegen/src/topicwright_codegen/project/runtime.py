"""The runtime that generated code is made for: a range of versions, for requirements and for the check at import."""

from __future__ import annotations

from typing import Final

OLDEST: Final = (0, 1)
"""The first version with everything that generated code uses; raise it with the first use of something newer."""
BEFORE: Final = (0, 2)
"""The first version that may lack something of it: the next minor one, and the next major one from 1.0 on."""


def _text(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))


REQUIREMENT: Final = f">={_text(OLDEST)},<{_text(BEFORE)}"
"""The range, as a requirement writes it (PEP 440)."""
EXTRA: Final = "json-schema"
"""The extra of the runtime with ``jsonschema-rs``, which judges what no Python type says."""
