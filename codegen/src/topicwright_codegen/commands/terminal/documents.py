"""Whether standard output has a document, so that diagnostics as text go to standard error: a default of parsers."""

from __future__ import annotations

import argparse


def never(_: argparse.Namespace) -> bool:
    """Return that it has findings alone."""
    return False


def always(_: argparse.Namespace) -> bool:
    """Return that the command writes nothing else."""
    return True


def without_output(options: argparse.Namespace) -> bool:
    """Return whether no file is named by ``--output``, or the one called ``-``."""
    return options.output is None or str(options.output) == "-"


def for_machines(options: argparse.Namespace) -> bool:
    """Return whether ``--format`` is not that for people."""
    return bool(options.format != "text")
