"""The cost of compiling, beside that of datamodel-code-generator alone on the same payloads: ``make bench-codegen``.

CPU seconds of the process and its children, and its largest resident size; each figure is the least of some runs.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench.codegen import catalogs
from tests.paths import ROOT

PAGE = ROOT / "docs" / "benchmarks-codegen.md"
BEGIN, END = "<!-- written by make bench-codegen -->\n", "<!-- end of what make bench-codegen writes -->\n"
SIZES = (10, 100, 1000, 5000)
CHILD = """
import json, os, resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([done.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
"""


def cost(
    command: list[str], folder: Path, runs: int = 1, before: Callable[[], None] | None = None
) -> tuple[float, float]:
    """Return CPU seconds and peak megabytes of a command."""
    found: list[tuple[float, float]] = []
    for _ in range(runs):
        if before is not None:
            before()
        environment = {**os.environ, "TOPICWRIGHT_CACHE": str(folder / ".records")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package has its byte code
        done = subprocess.run(
            [sys.executable, "-c", CHILD, *command],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        status, seconds, size = json.loads(done.stdout)
        if status != 0:
            raise RuntimeError(f"{' '.join(command)} ended with {status}: {done.stderr[-2000:]}")
        found.append((seconds, size))
    return min(seconds for seconds, _ in found), min(size for _, size in found)


def topicwright(command: str, source: str) -> list[str]:
    return [
        *(sys.executable, "-m", "topicwright_codegen", command),
        *("--source", source, "--package", "sdk", "--output", "out"),
    ]


def dmcg() -> list[str]:
    return [
        *(sys.executable, "-m", "datamodel_code_generator", "--input", "payloads.json", "--output", "models.py"),
        *("--input-file-type", "jsonschema", "--output-model-type", "pydantic_v2.BaseModel"),
        *("--formatters", "builtin", "--disable-timestamp"),
    ]


def generation(folder: Path, sizes: tuple[int, ...]) -> Iterator[str]:
    yield "| channels | `generate`, CPU s | a channel, ms | peak MB | models alone, CPU s | peak MB | ratio |\n"
    yield "|---|---|---|---|---|---|---|\n"
    for size in sizes:
        here = folder / str(size)
        catalogs.as_json(catalogs.one_file(here, size), here / "payloads.json")
        runs = 1 if size > 1000 else 2
        ours, our_size = cost(topicwright("generate", "asyncapi.yaml"), here, 1)
        theirs, their_size = cost(dmcg(), here, runs)
        each = 1000 * ours / size
        cells = (f"{size}", f"{ours:.2f}", f"{each:.1f}", f"{our_size:.0f}", f"{theirs:.2f}", f"{their_size:.0f}")
        yield f"| {' | '.join(cells)} | {ours / theirs:.2f} |\n"


EDITS = {
    "a description": ("description: Which device.", "description: Which of the devices."),
    "one more field": ("        active:\n", "        extra:\n          type: string\n        active:\n"),
    "a value of an enum": ("enum: [idle, ", "enum: [idle, away, "),
}


def second_runs(folder: Path) -> Iterator[str]:
    """Yield rows for a catalog of 1000 channels in 50 files."""
    here = folder / "split"
    catalogs.many_files(here / "schema", 1000, 50)
    cost(topicwright("generate", "schema"), here)
    cost(topicwright("check", "schema"), here)
    seconds, size = cost(topicwright("check", "schema"), here, 3)
    yield "\n| 1000 channels in 50 files | CPU s | peak MB |\n|---|---|---|\n"
    yield f"| `check`, nothing has changed | {seconds:.2f} | {size:.0f} |\n"
    path = here / "schema" / "area007.yaml"
    for name, (old, new) in EDITS.items():
        text = path.read_text("utf-8")
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        seconds, size = cost(topicwright("generate", "schema"), here)
        yield f"| `generate` after editing one file: {name} | {seconds:.2f} | {size:.0f} |\n"
    path.write_text(f"{path.read_text('utf-8')}# a comment\n", encoding="utf-8")
    seconds, size = cost(topicwright("check", "schema"), here)
    yield f"| `check` after editing one file: a comment | {seconds:.2f} | {size:.0f} |\n"


def imports(folder: Path) -> Iterator[str]:
    """Yield rows for what a package of 1000 events costs its user."""
    here = folder / "1000"
    path = os.pathsep.join((str(here / "out"), str(ROOT / "runtime" / "src")))
    os.environ["PYTHONPATH"] = path
    base = "import pydantic; pydantic.BaseModel; pydantic.Field"
    client = "from sdk import SdkClient; SdkClient(mqtt_url='mqtt://localhost', client_id='a')"
    figures = {
        name: cost([sys.executable, "-c", program], here, 5)[0]
        for name, program in (("pydantic", base), ("topicwright", "import topicwright"), ("client", client))
    }
    del os.environ["PYTHONPATH"]
    yield "\n| a package of 1000 events | CPU s above importing pydantic |\n|---|---|\n"
    yield f"| importing the runtime alone | {figures['topicwright'] - figures['pydantic']:.2f} |\n"
    yield f"| importing the package and building its client | {figures['client'] - figures['pydantic']:.2f} |\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks-codegen.md")
    options = parser.parse_args()
    rows: list[str] = []
    with tempfile.TemporaryDirectory() as temporary:
        for part in (
            generation(Path(temporary), tuple(options.sizes)),
            second_runs(Path(temporary)),
            imports(Path(temporary)),
        ):
            for row in part:
                rows.append(row)
                print(row, end="", flush=True)
    if options.write:
        page = PAGE.read_text("utf-8")
        before, _, rest = page.partition(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n{''.join(rows)}\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
