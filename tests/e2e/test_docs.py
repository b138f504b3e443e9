"""Claims of the documents are checked against the code, and their links have targets."""

from __future__ import annotations

import importlib
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest
import topicwright.sync
import topicwright.testing
from pydantic_core import PydanticUndefined
from topicwright import Settings
from topicwright.config.settings import env_name

from tests.paths import ROOT

DOCS = ROOT / "docs"
RUNTIME = ROOT / "runtime" / "src" / "topicwright"
COMPILER = ROOT / "codegen" / "src" / "topicwright_codegen"
TOP = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
GALLERY = sorted([ROOT / "examples" / "README.md", *(ROOT / "examples").glob("*/README.md")])
PAGES = [*TOP, *GALLERY, *sorted(DOCS.rglob("*.md"))]

PUBLIC = {
    "topicwright",
    "topicwright.doctor",
    "topicwright.opentelemetry",
    "topicwright.prometheus",
    "topicwright.sync",
    "topicwright.testing",
}
"""The modules of the runtime that documents for users may name; the rest moves without notice."""


def text_of(page: Path) -> str:
    return page.read_text("utf-8")


def without_code(text: str) -> str:
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE))


def links(page: Path) -> list[str]:
    """Return the targets of a page's relative links."""
    found = re.findall(r"\]\(([^)\s]+)\)", without_code(text_of(page)))
    return [target for target in found if "://" not in target]


@cache
def anchors(page: Path) -> frozenset[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ +(.+)$", re.sub(r"^```.*?^```", "", text_of(page), flags=re.DOTALL | re.M), re.M)
    plain = (re.sub(r"[`*]|\]\([^)]*\)|\[", "", heading).lower() for heading in headings)
    return frozenset(re.sub(r"[^\w\- ]", "", heading).strip().replace(" ", "-") for heading in plain)


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    for target in links(page):
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.is_file(), f"{name(page)}: {target}"
        assert file.is_relative_to(ROOT), f"{name(page)}: {target}"
        assert not anchor or anchor in anchors(file), f"{name(page)}: {target}"


def test_every_page_is_reached_from_the_index() -> None:
    reached: set[Path] = set()
    ahead = [DOCS / "index.md"]
    while ahead:
        page = ahead.pop()
        if page not in reached and page.suffix == ".md":
            reached.add(page)
            ahead += [(page.parent / target.partition("#")[0]).resolve() for target in links(page) if target[0] != "#"]
    assert not {*DOCS.rglob("*.md"), *GALLERY} - reached


def test_every_page_is_in_the_navigation_of_the_site() -> None:
    listed = set(re.findall(r'"([\w/.-]+\.md)"', text_of(ROOT / "zensical.toml")))
    pages = {name(page) for page in (*DOCS.rglob("*.md"), *GALLERY) if page.parent.name != "review"}
    assert listed >= pages
    assert all((ROOT / page).is_file() for page in listed)


def test_every_module_that_is_named_imports_and_is_public() -> None:
    for page in PAGES:
        for module in re.findall(r"(?<![\w./\"-])(topicwright(?:\.[a-z]\w*)+)\b(?!/)", text_of(page)):
            if not is_setting(module):
                assert module in PUBLIC or is_public_name(module), f"{name(page)}: {module}"
        for module in re.findall(r"from (topicwright[\w.]*) import", text_of(page)):
            assert module in PUBLIC, f"{name(page)}: {module}"
    for module in PUBLIC:
        importlib.import_module(module)


def is_setting(text: str) -> bool:
    """Return whether a dotted text is a table of pyproject.toml, or the name of a metric."""
    tables = {"lint", "acl", "map", "aliases", "received", "dropped", "reconnects"}
    return text.split(".")[1] in tables


def is_public_name(text: str) -> bool:
    module, _, attribute = text.rpartition(".")
    return module in PUBLIC and attribute in getattr(importlib.import_module(module), "__all__", ())


def test_modules_of_the_sdk_that_are_named_import() -> None:
    for page in PAGES:
        for line in re.findall(r"^(?:from (tars[\w.]*) import (.+)|import (tars[\w.]*))$", text_of(page), re.MULTILINE):
            module = importlib.import_module(line[0] or line[2])
            for attribute in line[1].split(", ") if line[1] else ():
                assert hasattr(module, attribute), f"{name(page)}: {module.__name__}.{attribute}"


FOR_CONTRIBUTORS = [ROOT / "CONTRIBUTING.md", DOCS / "architecture.md", DOCS / "decisions.md"]


def folders() -> list[Path]:
    below = [path for base in (RUNTIME, COMPILER) for path in base.rglob("*") if path.is_dir()]
    return [ROOT, ROOT / "tests", RUNTIME, COMPILER, *below]


@pytest.mark.parametrize("page", FOR_CONTRIBUTORS, ids=name)
def test_every_file_and_folder_that_is_named_exists(page: Path) -> None:
    known = folders()
    named = set(re.findall(r"`([\w./-]+(?:\.py|\.md|\.yaml|\.toml|/))`", text_of(page)))
    made = {"site/", "before.yaml", "after.yaml"}
    assert not [path for path in named - made if not any((folder / path).exists() for folder in known)]


def test_every_folder_is_in_the_architecture() -> None:
    named = set(re.findall(r"^\| `([\w/]+)/` \|", text_of(DOCS / "architecture.md"), re.MULTILINE))
    for base in (RUNTIME, COMPILER):
        for init in base.rglob("__init__.py"):
            folder = init.parent.relative_to(base).as_posix()
            assert folder == "." or {folder, folder.removeprefix("review/")} & named, folder


def test_every_setting_is_documented_with_its_default() -> None:
    rows = dict(
        re.findall(r"^\| `(MQTT_\w+)` \|[^|]*\|[^|]*\| ([^|]*) \|", text_of(DOCS / "settings.md"), re.MULTILINE)
    )
    assert rows.keys() == {env_name(name) for name in Settings.model_fields}
    words = {
        "required": PydanticUndefined,
        "none": None,
        "client id": None,
        "system": None,
        "false": False,
        "true": True,
    }
    for setting, field in Settings.model_fields.items():
        shown = rows[env_name(setting)]
        if field.default == ():
            assert shown == "none"
        else:
            assert words.get(shown, shown) == (field.default if shown in words else str(field.default)), setting


def test_no_document_names_a_setting_that_does_not_exist() -> None:
    known = {env_name(name) for name in Settings.model_fields} | {"MQTT_BROKER_HOST"}
    for page in PAGES:
        named = set(re.findall(r"\b(MQTT_[A-Z_]+)\b", text_of(page)))
        assert named <= known, name(page)


def test_the_reference_has_every_public_name() -> None:
    pages = "".join(text_of(page) for page in (DOCS / "reference").glob("*.md"))
    shown = set(re.findall(r"^::: (topicwright[\w.]*)$", pages, re.MULTILINE))
    names = {f"topicwright.{attribute}" for attribute in topicwright.__all__ if attribute != "deprecated"}
    for module in (topicwright.testing, topicwright.sync):
        names |= {f"{module.__name__}.{attribute}" for attribute in module.__all__}
    assert shown - {"topicwright.prometheus", "topicwright.opentelemetry"} == names


def test_the_readme_is_short() -> None:
    assert len(text_of(ROOT / "README.md").splitlines()) < 120


def test_decisions_have_numbers_that_are_used_once() -> None:
    numbers = re.findall(r"^\*\*D(\d+)\. ", text_of(DOCS / "decisions.md"), re.MULTILINE)
    assert len(numbers) == len(set(numbers))
    entries = re.split(r"^\*\*D\d+\. ", text_of(DOCS / "decisions.md"), flags=re.MULTILINE)[1:]
    assert all("- *Why*:" in entry and "- *Would change*" in entry for entry in entries)


def test_no_file_of_the_repository_names_a_page_that_is_gone() -> None:
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    pages = re.compile(r"\bdocs/[\w-]+\.md\b")
    for file in filter(None, files.split("\0")):
        path = ROOT / file
        if path.suffix in (".py", ".md", ".toml", ".yml", ".yaml", ".jinja") and path.is_file():
            gone = {page for page in pages.findall(text_of(path)) if not (ROOT / page).is_file()}
            assert not gone, file
