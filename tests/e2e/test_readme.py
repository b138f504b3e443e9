"""The README's program runs unchanged."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from topicwright.testing import LocalBroker

from tests.paths import ROOT


def test_the_program_of_the_readme_runs_as_printed(tmp_path: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    program = next(block for block in blocks if "asyncio.run(main())" in block)
    with LocalBroker() as broker:
        environment = {**os.environ, "MQTT_URL": broker.url, "MQTT_CLIENT_ID": "my-service"}
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60
        )
    assert done.stdout == "what I know of Mars\n", done.stderr
