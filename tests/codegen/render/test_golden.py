"""Each folder of tests/golden is a small catalog and the package that belongs to it, byte for byte.

To update one: topicwright generate --source tests/golden/X/catalog --package X --output tests/golden/X/expected
For one with a folder ``local``, which stands for a URL: --map https://example.com/schemas/=tests/golden/X/local
(``bundle.yaml`` is that of test_bundle.py.)
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from topicwright_codegen.compiler import compile_catalog
from topicwright_codegen.project.access import Access
from topicwright_codegen.project.config import Config

from tests.codegen.support.golden import NAMES, config
from tests.paths import GOLDEN, ROOT


@pytest.mark.parametrize("name", NAMES)
def test_catalog_compiles_to_the_expected_bytes(name: str) -> None:
    changes = compile_catalog(config(name)).package.changes()
    assert "\n".join(line for change in changes for line in change.diff()) == ""


@pytest.mark.parametrize("name", NAMES)
def test_expected_package_imports_without_a_warning(name: str) -> None:
    program = (
        f"import pkgutil, importlib, {name}\n"
        f"for module in pkgutil.walk_packages({name}.__path__, '{name}.'): importlib.import_module(module.name)\n"
    )
    path = os.pathsep.join((str(GOLDEN / name / "expected"), str(ROOT / "runtime" / "src")))
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_same_bytes_with_any_hash_seed_locale_and_working_directory(tmp_path: Path) -> None:
    outputs: list[dict[str, bytes]] = []
    for at, (seed, locale) in enumerate((("1", "C"), ("2", "tr_TR.UTF-8"))):
        folder = tmp_path / str(at)
        folder.mkdir()
        environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": "Asia/Tokyo" if at else "UTC"}
        command = [sys.executable, "-m", "topicwright_codegen", "generate", "--package", "shared_types"]
        source = ["--source", str(GOLDEN / "shared_types" / "catalog"), "--output", str(folder / "out")]
        subprocess.run([*command, *source], env=environment, cwd=folder, check=True, capture_output=True)
        files = sorted(path for path in (folder / "out").rglob("*") if path.is_file())
        outputs.append({path.relative_to(folder).as_posix(): path.read_bytes() for path in files})
    assert outputs[0] == outputs[1]


def test_same_bytes_from_any_order_of_files(tmp_path: Path) -> None:
    catalog = GOLDEN / "shared_types" / "catalog"
    names = sorted(path.relative_to(catalog) for path in catalog.rglob("*.*"))
    assert len(names) > 1
    outputs: list[Mapping[str, str]] = []
    for at, order in enumerate((names, names[::-1])):
        folder = tmp_path / str(at) / "catalog"
        for name in order:  # a folder may list its files in the order in which they came
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(catalog / name, folder / name)
        files = tuple(folder / name for name in order if "asyncapi:" in (folder / name).read_text("utf-8"))
        for sources in ((folder,), files, (*files, folder)):
            compiled = compile_catalog(Config(sources, "sdk", tmp_path / "out", access=Access(folder.parent)))
            outputs.append(compiled.package.files)
    assert all(outputs[at] == outputs[at + 3] for at in range(3))


def test_both_dialects_of_json_schema_make_the_same_models() -> None:
    package = GOLDEN / "dialects" / "expected" / "dialects"
    first, second = ((package / name / "models.py").read_text("utf-8") for name in ("draft7", "draft2020"))
    for old, new in (("draft7", "draft2020"), ("Draft7", "Draft2020"), ("dependencies", "dependentRequired")):
        first = first.replace(old, new)
    assert first.splitlines()[1:] == second.splitlines()[1:]


def test_no_file_names_a_machine_a_date_or_a_version() -> None:
    for name in NAMES:
        for path in (GOLDEN / name / "expected").rglob("*"):
            if path.is_file() and path.name != "topicwright.json" and path.suffix != ".pyc":
                text = path.read_text(encoding="utf-8")
                assert str(ROOT) not in text
                assert "0.89.0" not in text
