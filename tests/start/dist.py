"""``make dist``: both distributions built, checked, installed without the clone, and the README's examples run there.

Versions of Python that are not on this machine are named at the end.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from topicwright.testing import LocalBroker

from tests.paths import ROOT
from tests.start.building import DISTRIBUTIONS, build, check
from tests.start.environments import DIST, VERSIONS, clean_folder, clean_variables, find_python, uv

CATALOG = """\
asyncapi: 3.0.0
info: {title: Robots, version: 1.0.0}
channels:
  moved:
    address: robots/moved
    messages: {moved: {name: robot.moved, payload: {type: object, required: [x], properties: {x: {type: number}}}}}
"""


class Environment:
    """A virtual environment outside of the clone, in which commands run."""

    def __init__(self, folder: Path, python: Path) -> None:
        self.folder = folder
        self.variables = clean_variables(folder / "home", python)
        self.run(uv(), "venv", "--quiet", "--python", str(python), "env")
        self.variables |= {"PATH": f"{folder}/env/bin:{self.variables['PATH']}", "VIRTUAL_ENV": f"{folder}/env"}

    def run(self, *command: str, **variables: str) -> str:
        """Run a command in the folder; return what it printed."""
        environment = {**self.variables, **variables}
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def install(self, *requirements: str) -> None:
        """Install requirements, ours from the wheels."""
        fresh = [text for name in DISTRIBUTIONS for text in ("--refresh-package", name)]  # the version may be the same
        self.run(uv(), "pip", "install", "--quiet", "--find-links", str(DIST), *fresh, *requirements)


def readme_program() -> str:
    """Return the README's program."""
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    return next(block for block in blocks if "asyncio.run(main())" in block)


def try_out(folder: Path, python: Path) -> None:
    """Install the compiler, which brings the runtime, make the SDK of TARS with it, and run the README's examples."""
    compiler = Environment(folder / "compiler", python)
    compiler.install("topicwright-codegen")
    (compiler.folder / "asyncapi.yaml").write_text(CATALOG, "utf-8")
    compiler.run("topicwright", "generate", "--source", "asyncapi.yaml", "--package", "robots", "--output", "src")
    compiler.run("python", "-c", "import robots; robots.RobotsClient", PYTHONPATH="src")
    shutil.copytree(ROOT / "schema", compiler.folder / "schema")
    tars = ("--source", "schema", "--package", "tars", "--output", "sdk/src")
    compiler.run("topicwright", "generate", "--dist", *tars)
    service = Environment(folder / "service", python)
    service.install(str(compiler.folder / "sdk"))
    with LocalBroker() as broker:
        said = service.run("python", "-c", readme_program(), MQTT_URL=broker.url, MQTT_CLIENT_ID="my-service")
    if said != "what I know of Mars\n":
        raise SystemExit(f"the README's program printed {said!r}")


def main() -> int:
    """Build, check and try out; return the exit status."""
    files = build()
    check(files)
    absent: list[str] = []
    for version in VERSIONS:
        python = find_python(version)
        if python is None:
            absent.append(version)
            continue
        with clean_folder() as folder:
            (folder / "compiler").mkdir()
            (folder / "service").mkdir()
            try_out(folder, python)
        print(f"Python {version}: installed from {DIST.name}/, and the README's examples run")
    if absent:
        print(f"not on this machine, so not tried: Python {', '.join(absent)}")
    print(*(file.relative_to(ROOT) for file in files), sep="\n")
    return 1 if len(absent) == len(VERSIONS) else 0


if __name__ == "__main__":
    sys.exit(main())
