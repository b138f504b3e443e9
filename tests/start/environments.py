"""Clean environments: folders outside of the clone, with a Python, the wheels and nothing else of the project."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.paths import ROOT

DIST = ROOT / "dist"
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
_KEPT = ("LANG", "LC_ALL", "TERM", "TMPDIR", "SSL_CERT_FILE", "http_proxy", "https_proxy", "no_proxy")
_PREFIXES = ("PIP_", "UV_")
"""Of variables that say how packages are fetched on this machine."""
_SBIN = "/usr/local/sbin:/usr/sbin:/opt/homebrew/sbin"
"""Where Debian and Homebrew have the broker mosquitto."""


def uv() -> str:
    """Return the uv that set up this environment, or that of the PATH."""
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.exists() else shutil.which("uv") or "uv"


def find_python(version: str) -> Path | None:
    """Return a Python of a version such as ``3.12``: of pyenv, of the PATH or of uv; None where there is none."""
    roots = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    own = sorted(roots.glob(f"{version}.*/bin/python{version}"))
    for command in ([str(path), "-c", "import sys; print(sys.executable)"] for path in own):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return Path(done.stdout.strip())
    found = subprocess.run(
        [uv(), "python", "find", "--no-project", "--system", version], capture_output=True, text=True, check=False
    )
    return Path(found.stdout.strip()) if found.returncode == 0 else None


def clean_variables(home: Path, python: Path) -> dict[str, str]:
    """Return the environment of a new user: ``python3`` is the given one, and the project is not there."""
    kept = {name: value for name, value in os.environ.items() if name in _KEPT or name.startswith(_PREFIXES)}
    programs = home / ".local" / "bin"
    programs.mkdir(parents=True)
    (programs / "python3").symlink_to(python)
    (programs / "uv").symlink_to(shutil.which(uv()) or uv())
    path = f"{programs}:/usr/local/bin:/usr/bin:/bin:{_SBIN}"
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")  # of packages; the network is not measured
    return {**kept, "HOME": str(home), "PATH": path, "XDG_CACHE_HOME": cache, "TOPICWRIGHT_CACHE": str(home / "runs")}


@contextmanager
def clean_folder() -> Iterator[Path]:
    """Provide an empty folder outside of the clone."""
    with tempfile.TemporaryDirectory(prefix="start-", ignore_cleanup_errors=True) as folder:
        yield Path(folder).resolve()
