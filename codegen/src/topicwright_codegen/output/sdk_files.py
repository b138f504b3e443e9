"""The files of a distribution around a package, which ``generate --dist`` writes: pyproject.toml and a readme.

Each has a digest of itself in its first line. A file whose digest is right is written again; one that an author has
edited is the author's from then on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from topicwright_codegen.diagnostics.texts import cell, printable, shown_path
from topicwright_codegen.digest import digest
from topicwright_codegen.naming import class_name
from topicwright_codegen.output.distribution import needs_extra, requirements
from topicwright_codegen.project.config import Config
from topicwright_codegen.project.runtime import EXTRA, REQUIREMENT

_NOTE: Final = "written by `topicwright generate --dist`, and again until it is edited"
_OURS: Final = re.compile(r"[^\n]*edited \(([0-9a-f]{16})\)[^\n]*\n(.*)\Z", re.DOTALL)

_PYPROJECT: Final = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "{name}"
version = "0.1.0"
description = {description}
readme = "README.md"
requires-python = ">=3.11"
dependencies = ["{requirement}"]
classifiers = ["Typing :: Typed"]

[tool.hatch.build.targets.wheel]
packages = ["{packages}"]
"""

_README: Final = """\
# {name}

{title}: typed MQTT events, made of an AsyncAPI catalog. `TOPICS.md` in the package lists every event.

```python
from {package} import {client}

async with {client}.from_env() as client:    # MQTT_URL, MQTT_CLIENT_ID
    ...
```

The code is generated: change the catalog, then run `topicwright generate`.
"""


def write_sdk_files(config: Config) -> Iterator[str]:
    """Write what is missing or outdated, and yield a line for people about each file that was written or left alone."""
    folder = sdk_folder(config)
    for name, text in sdk_files(config).items():
        path = folder / name
        shown = shown_path(path.resolve())
        old = path.read_bytes().decode("utf-8", "replace") if path.exists() else None
        if old == text:
            continue
        if old is None or _is_ours(old):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode("utf-8"))
            yield f"{shown}: written"
        elif name == "pyproject.toml" and requirement(config) not in requirements(path):
            yield f'{shown}: edited, so left as it is; the package needs "{requirement(config)}" in its dependencies'


def sdk_folder(config: Config) -> Path:
    """Return the folder of the distribution: the one above ``src``, else the one that contains the package."""
    return config.output.parent if config.output.resolve().name == "src" else config.output


def sdk_name(package: str) -> str:
    """Return the name of the distribution of a package."""
    return f"{re.sub(r'[._-]+', '-', package).lower().removesuffix('-sdk')}-sdk"


def requirement(config: Config) -> str:
    """Return the requirement of the runtime that the generated package has."""
    extra = f"[{EXTRA}]" if needs_extra(config.folder) else ""
    return f"topicwright{extra}{REQUIREMENT}"


def sdk_files(config: Config) -> Mapping[str, str]:
    """Return the texts of the files by their names."""
    name, title = sdk_name(config.package), printable(" ".join((config.title or config.package).split()))
    top = config.output / config.package.split(".")[0]
    pyproject = _PYPROJECT.format(
        name=name,
        description=json.dumps(f"Typed MQTT events of {title}", ensure_ascii=False).replace("\x7f", ""),
        requirement=requirement(config),
        packages=top.resolve().relative_to(sdk_folder(config).resolve()).as_posix(),
    )
    client = f"{class_name(config.package.split('.')[-1])}Client"
    readme = _README.format(name=name, title=cell(title), package=config.package, client=client)
    return {
        "pyproject.toml": f"# {_NOTE} ({digest(pyproject)[:16]})\n{pyproject}",
        "README.md": f"<!-- {_NOTE} ({digest(readme)[:16]}) -->\n{readme}",
    }


def _is_ours(text: str) -> bool:
    match = _OURS.match(text)
    return match is not None and digest(match[2])[:16] == match[1]
