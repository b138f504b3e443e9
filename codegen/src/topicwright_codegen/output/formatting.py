"""Generated texts formatted by ruff."""

from __future__ import annotations

import ast
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from topicwright_codegen.diagnostics.diagnostics import InternalError

_RUFF = """\
line-length = 120
target-version = "py311"
exclude = []
respect-gitignore = false
[lint]
select = ["F401", "I", "RUF022"]
[lint.isort]
known-first-party = ["{root}"]
known-third-party = ["topicwright"]
"""


def format_texts(name: str, texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts as ruff formats them; ``name`` is the package that they belong to."""
    with tempfile.TemporaryDirectory() as temporary:
        base = Path(temporary)
        folder = base.joinpath(*name.split("."))
        for path, text in texts.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(text.encode("utf-8"))
        settings = base / "ruff.toml"
        settings.write_text(_RUFF.format(root=name.split(".")[0]), encoding="utf-8")
        common = ("--config", str(settings), "--no-cache", "--quiet", str(base))
        try:
            _ruff("check", "--fix", "--exit-zero", *common)
            _ruff("format", *common)
        except InternalError:
            for path, text in texts.items():
                check_syntax(path, text)
            raise
        return {path: (folder / path).read_bytes().decode("utf-8") for path in sorted(texts)}


def check_syntax(path: str, text: str) -> None:
    """Raise ``InternalError`` where a generated text is not valid Python."""
    if path.endswith(".py"):
        try:
            ast.parse(text, path)
        except (SyntaxError, ValueError) as error:
            raise InternalError(f"the text made for {path} is not Python: {error}") from error


def _ruff(*arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", "ruff", *arguments], capture_output=True, check=False)
    if done.returncode != 0:
        message = done.stderr.decode("utf-8", "replace").strip()
        raise InternalError(f"ruff {arguments[0]} failed: {message}")
