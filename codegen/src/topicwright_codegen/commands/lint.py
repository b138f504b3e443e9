"""``topicwright lint``."""

from __future__ import annotations

import sys
from collections import Counter

from topicwright_codegen.commands.outcome import Reporter
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.diagnostics.texts import counted
from topicwright_codegen.project.config import Config


def run_lint(config: Config, report: Reporter) -> int:
    """Report style and consistency problems in the catalog."""
    from topicwright_codegen.catalog.reading import read_catalog
    from topicwright_codegen.lint import lint

    diagnostics = Diagnostics()
    apis, catalog = read_catalog(config, diagnostics)
    lint(apis, catalog, diagnostics, config.ignored)
    report.findings(diagnostics)
    codes = Counter(found.code for found in diagnostics.found)
    counts = "".join(f", {code}: {number}" for code, number in codes.most_common())
    print(f"topicwright lint: {counted(codes.total(), 'finding')}{counts}", file=sys.stderr)
    return 1 if diagnostics.found else 0
