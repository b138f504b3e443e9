"""Compile documents in a process of their own, import the packages, and report the cost of each.

Run as ``python -m tests.codegen.support.measured_compile FOLDER``: it prints a line of JSON for each document in it,
with its diagnostics, whether it gave a package, the CPU seconds of the compiler, and the peak of memory so far in MB.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import resource
import sys
from pathlib import Path

from topicwright_codegen.compiler import compile_catalog
from topicwright_codegen.diagnostics.diagnostics import CompileError
from topicwright_codegen.project.access import Access
from topicwright_codegen.project.config import Config


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak() -> float:
    """Return the largest memory so far. What getrusage says begins, on Linux, with the memory of the parent."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)


def imported(name: str) -> None:
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(package.__path__, f"{name}."):
        importlib.import_module(module.name)


def report(source: Path, output: Path) -> dict[str, object]:
    name, start, made = source.stem, cpu(), False
    try:
        done = compile_catalog(Config((source,), name, output, access=Access(source.parent)))
        done.package.write()
        made, findings = True, done.diagnostics.sorted()
    except CompileError as error:
        findings = error.diagnostics.sorted()
    spent = cpu() - start
    if made:
        imported(name)
    codes = sorted({found.code for found in findings if found.severity == "error"})
    return {"name": name, "made": made, "cpu": spent, "peak": peak(), "errors": codes}


def main(folder: Path) -> None:
    output = folder / "out"
    output.mkdir()
    sys.path.insert(0, str(output))
    for source in sorted(path for path in folder.iterdir() if path.is_file()):
        sys.stdout.write(json.dumps(report(source, output)) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
