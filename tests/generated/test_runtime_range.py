"""An SDK says at import which runtime it was made for, in one error, whatever the other runtime lacks."""

from __future__ import annotations

import subprocess
import sys
import tomllib

import pytest
import topicwright
import topicwright_codegen
from packaging.specifiers import SpecifierSet
from topicwright_codegen.project.runtime import BEFORE, OLDEST, REQUIREMENT

from tests.paths import ROOT


@pytest.mark.parametrize("change", ["SERIES = (0, 0)", "SERIES = (0, 2)", "SERIES = (1, 0)", "del SERIES"])
@pytest.mark.parametrize("module", ["tars", "tars.memory", "tars.services.memory_worker"])
def test_a_runtime_of_another_range_is_one_clear_error(change: str, module: str) -> None:
    # What the package itself does not import is gone: it must not be missed before the range is compared.
    program = (
        "import topicwright\n"
        f"exec({change!r}, vars(topicwright))\n"
        "for name in set(topicwright.__all__) - {'ANY', 'Event', 'lazy_exports'}: delattr(topicwright, name)\n"
        f"import {module}\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    last = done.stderr.splitlines()[-1]
    assert last.startswith(f"ImportError: this SDK was made for topicwright {REQUIREMENT}, and here is topicwright ")


def test_both_distributions_and_the_range_have_one_version() -> None:
    assert topicwright.__version__ == topicwright_codegen.__version__
    assert ".".join(map(str, topicwright.SERIES)) == topicwright.__version__.rpartition(".")[0]
    assert OLDEST <= topicwright.SERIES < BEFORE
    assert SpecifierSet(REQUIREMENT).contains(topicwright.__version__)
    compiler = tomllib.loads((ROOT / "codegen/pyproject.toml").read_text("utf-8"))
    assert f"topicwright{REQUIREMENT}" in compiler["project"]["dependencies"]
