"""``x-partition-key`` and ``x-replay-window`` reach the descriptor of the topic, or get a diagnostic."""

from __future__ import annotations

from pathlib import Path

import pytest
from topicwright_codegen.cli import main

CATALOG = """
asyncapi: 3.0.0
info: {{title: t, version: '1'}}
channels:
  frames:
    address: camera/{{cameraId}}/frame
    parameters: {{cameraId: {{}}}}
    messages:
      frame:
        name: frame
        {extension}
        payload: {{type: object, properties: {{class: {{type: string}}}}}}
"""


@pytest.mark.parametrize(
    ("extension", "expected"),
    [
        ("x-partition-key: cameraId", "partition_key='cameraId'"),
        ("x-partition-key: class", "partition_key='class_'"),
        ("x-replay-window: 500", "replay_window=500"),
        ("x-replay-window: 0", "replay_window=0"),
        ("x-partition-key: nothing", "TW315"),
        ("x-replay-window: many", "TW229"),
        ("x-replay-window: -1", "TW229"),
        ("x-replay-window: true", "TW229"),
    ],
)
def test_partition_key_and_replay_window_reach_the_descriptor(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], extension: str, expected: str
) -> None:
    source = tmp_path / "catalog.yaml"
    source.write_text(CATALOG.format(extension=extension))
    main(["generate", "--source", str(source), "--package", "made", "--output", str(tmp_path / "out")])
    said = capsys.readouterr()
    made = "".join(path.read_text() for path in (tmp_path / "out").rglob("*.py"))
    assert expected in made.replace('"', "'") + said.out + said.err
