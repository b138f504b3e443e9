"""The scripts of ``topicwright completion`` know every command, its options and choices, and complete paths."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import shtab
from topicwright_codegen.cli import COMMANDS, main
from topicwright_codegen.commands.completion import SHELLS

needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
ASK = """\
source ./completion.sh
COMP_WORDS=({words}); COMP_CWORD={last}; COMP_LINE="{words}"; COMP_POINT=${{#COMP_LINE}}
_shtab_topicwright topicwright "${{COMP_WORDS[COMP_CWORD]}}" "${{COMP_WORDS[COMP_CWORD-1]}}" 2>/dev/null
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def test_the_shells_are_those_that_shtab_knows() -> None:
    assert set(SHELLS) == set(shtab.SUPPORTED_SHELLS)


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_names_every_command_and_option(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert not [name for name in COMMANDS if name not in script]
    assert "unknown-fields" in script
    assert "sarif" in script


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    monkeypatch.chdir(tmp_path)
    assert main(["completion", "bash"]) == 0
    Path("completion.sh").write_text(capsys.readouterr().out, "utf-8")
    Path("home.yaml").touch()
    Path("schema").mkdir()
    return tmp_path


def replies(words: str) -> set[str]:
    last = len(words.split()) - (0 if words.endswith(" ") else 1)
    words = words + "''" if words.endswith(" ") else words
    script = ASK.format(words=words, last=last)
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    return {line.strip() for line in done.stdout.splitlines() if line.strip()}


@needs_bash
def test_bash_completes_commands_options_choices_and_paths(asked: Path) -> None:
    assert replies("topicwright ") >= set(COMMANDS)
    assert replies("topicwright li") == {"lint"}
    assert "--format" in replies("topicwright lint --fo")
    assert replies("topicwright lint --format ") == {"text", "json", "github", "sarif"}
    assert replies("topicwright lint ho") == {"home.yaml"}
    assert replies("topicwright generate --output s") == {"schema"}
