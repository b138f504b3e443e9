"""The comment for a pull request: texts of a document are text, and it is short enough for its platform."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from topicwright_codegen.cli import main

from tests.review.support.catalogs import HEAD, one_topic


def markdown(folder, capsys, *texts: str) -> str:
    for name, text in zip(("before", "after"), texts, strict=True):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    main(["diff", str(folder / "before.yaml"), str(folder / "after.yaml"), "--format", "markdown"])
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "active"),
    [
        ("[Approve](https://evil.example)", r"\[Approve\]\(|https://"),
        ("![x](https://evil.example/x.png)", r"!\[x|https://"),
        ("see www.evil.example", r"www\."),
        ("ask @everyone", r"@everyone"),
        ("as in #1 and GH-2", r"#1\b|GH-2"),
        ("**bold** and <b>bold</b>", r"\*\*bold|<b>"),
    ],
)
def test_names_and_texts_of_a_document_are_inert(tmp_path, capsys, text, active):
    old, new = (
        one_topic(
            json.dumps({"type": "object", "title": "S", "properties": {text: {"type": kind, "description": text}}})
        )
        for kind in ("integer", "string")
    )
    shown = markdown(tmp_path, capsys, old, new.replace(f'"description": "{text}"', f'"description": "{text}!"'))
    outside = re.sub(r"```.*?```|`[^`]*`", "", shown, flags=re.DOTALL)
    assert "type-changed" in outside
    assert not re.search(active, outside)


@pytest.mark.parametrize("length", [10, 900])
def test_the_comment_is_short_enough_whatever_the_catalog_is(tmp_path, capsys, length):
    def catalog(kind: str) -> str:
        lines = "".join(
            f"  c{at}: {{address: home/c{at}, messages: {{m: {{name: home.c{at}, payload: {{type: object, "
            f"title: S{at}, properties: {{{'f' * length}{at}: {{{kind}}}}}}}}}}}}}\n"
            for at in range(60)
        )
        return f"{HEAD}channels:\n{lines}"

    shown = markdown(tmp_path, capsys, catalog("enum: [a]"), catalog("enum: [a, b]"))
    assert 0 < len(shown) < 65_000
    assert "Schema review: breaking" in shown


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "ascii"])
def test_a_terminal_that_cannot_show_a_name_gets_it_escaped(tmp_path, encoding):
    for name, kind in (("before", "integer"), ("after", "string")):
        text = one_topic(f"{{type: object, title: S, properties: {{温度: {{type: {kind}}}}}}}")
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    command = [str(Path(sys.executable).with_name("topicwright")), "diff", "before.yaml", "after.yaml"]
    environment = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert done.returncode == 1
    assert b"\\u6e29" in done.stdout
    assert b"Traceback" not in done.stderr
