"""Topics of the ``bad`` domain. Made by topicwright from catalog/hostile.yaml; do not edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from topicwright import Topic

from hostile_texts.bad.models import BadMessage


@dataclass(frozen=True, slots=True)
class BadImportOsEventScriptParams:
    """Parameters of ``bad/"/{a}/'''/\\``."""

    a: Literal['x"]', "'''\"\"\"\n__import__('os')", "${jndi}", "{{ 7*7 }}", "{% raw %}"]
    """\"\"\"
    raise SystemExit(1)"""


BAD_IMPORT_OS_EVENT_SCRIPT: Final[Topic[BadMessage, BadImportOsEventScriptParams]] = Topic(
    "bad/\"/{a}/'''/\\",
    'bad"""\nimport os\n.event | <script>`',
    BadMessage,
    params=BadImportOsEventScriptParams,
    wire="tars",
    former_types=('"\nimport os', "'); import os; ('"),
)
"""ends with a backslash \\

ends with a quote \""""
