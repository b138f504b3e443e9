"""Pages of docs/start can be followed: blocks are steps, and what breaks the convention is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.paths import ROOT
from tests.start.first_minutes import Failed, Follower, lacking
from tests.start.pages import Command, File, read_page

HEAD = "# T\n<!-- seconds: 9 -->\n"
FIRST = "<!-- first message -->\n```console\n$ echo done\ndone\n```\n"


def page_of(folder: Path, text: str) -> Path:
    (folder / "page.md").write_text(text, "utf-8")
    return folder / "page.md"


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "start").glob("*.md")), ids=lambda path: path.stem)
def test_every_page_keeps_the_convention(path: Path) -> None:
    assert 0 < read_page(path).seconds <= 300


def test_blocks_become_commands_files_or_nothing(tmp_path: Path) -> None:
    blocks = (
        "```python\n# a/b.py\nx = 1\n```\n```python\ny = 2\n```\n<!-- only shown -->\n```console\n$ rm -rf /\n```\n"
        "```console\n$ one \\\n    two\nout\n\n$ three &\n```\n"
    )
    page = read_page(page_of(tmp_path, HEAD + blocks + FIRST))
    assert page.steps[0] == File("a/b.py", "# a/b.py\nx = 1\n")
    commands = [step for step in page.steps if isinstance(step, Command)]
    assert [command.text for command in commands] == ["one two", "three &", "echo done"]
    assert [command.output for command in commands] == [["out"], [], ["done"]]
    assert [command.first_message for command in commands] == [False, False, True]
    assert commands[1].in_background


@pytest.mark.parametrize(
    "text",
    [FIRST, HEAD, HEAD + FIRST + FIRST, HEAD + "```console\nout\n```\n" + FIRST, HEAD + "<!-- first message -->\n"],
)
def test_a_page_that_breaks_the_convention_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match=r"page\.md|line \d"):
        read_page(page_of(tmp_path, text))


@pytest.mark.parametrize(
    ("expected", "missing"),
    [
        (["a", "c"], ""),
        (["a", "...", "c 3 s"], "c 3 s"),
        (["b ... s"], ""),
        (["c", "a"], "a"),
        (["b"], "b"),
    ],
)
def test_expected_lines_appear_in_order_with_anything_for_three_dots(expected: list[str], missing: str) -> None:
    assert lacking("a\n\x1b[32mb 5 s\x1b[0m\nc\n", expected) == missing


def test_folder_environment_files_and_background_last_for_a_page(tmp_path: Path) -> None:
    text = (
        "```console\n$ mkdir sub && cd sub\n$ export WORD=hello\n```\n```sh\n# say.sh\necho $WORD from port 1883\n```\n"
        "```console\n$ (sleep 0.2; sh say.sh; sleep 60) &\nhello from port 1883\n$ pwd\n.../sub\n```\n"
    )
    (tmp_path / "work").mkdir()
    follower = Follower(tmp_path / "work", {"PATH": "/usr/bin:/bin"})
    follower.follow(read_page(page_of(tmp_path, HEAD + text + FIRST)))
    assert follower.first > 0
    assert all(process.poll() is not None for process, _ in follower.running)
    assert f"port {follower.port}" in (tmp_path / "work" / "sub" / "say.sh").read_text()


@pytest.mark.parametrize(("command", "told"), [("false", "status 1"), ("echo a\nb", "'b' is not in its output")])
def test_a_page_that_does_not_do_what_it_says_fails(tmp_path: Path, command: str, told: str) -> None:
    page = read_page(page_of(tmp_path, f"{HEAD}```console\n$ {command}\n```\n{FIRST}"))
    with pytest.raises(Failed, match=told):
        Follower(tmp_path, {"PATH": "/usr/bin:/bin"}).follow(page)
