"""What a person sees of the SDK in a Python shell: names, signatures, texts."""

from __future__ import annotations

import inspect
import pydoc
import subprocess
import sys

import tars
import tars.memory
from tars.memory import MEMORY_QUERY, MEMORY_QUERY_CALL


def shown(program: str) -> str:
    """Return what a new process prints: there no model has been used before."""
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout


def public(module: object) -> set[str]:
    return {name for name in dir(module) if not name.startswith("_")}


def test_dir_has_what_the_package_exports_and_nothing_that_it_imports() -> None:
    assert {"TarsClient", "TOPICS", "ANY", "Event", "memory", "services", "sync"} <= public(tars)
    assert not {"Any", "Final", "TYPE_CHECKING", "lazy_exports", "topics_of"} & public(tars)
    assert {"MemoryQuery", "MEMORY_QUERY", "MEMORY_QUERY_CALL", "MemoryQueryEvent", "MemoryTopics"} <= public(
        tars.memory
    )
    assert not {"Annotated", "Field", "Model", "Topic", "annotations", "new_id"} & public(tars.memory)


def test_a_model_has_the_signature_of_its_fields_before_its_first_use() -> None:
    program = "import inspect; from tars.memory import MemoryQuery; print(inspect.signature(MemoryQuery))"
    assert shown(program).startswith("(*, message_id: str = <factory>, text: str, top_k: ")
    assert "MemoryQuery(*, message_id: str = <factory>, text: str, " in shown(
        "import pydoc; from tars.memory import MemoryQuery; print(pydoc.plain(pydoc.render_doc(MemoryQuery)))"
    )


def test_methods_have_signatures_and_texts() -> None:
    method = tars.TarsClient.publish_memory_query
    assert list(inspect.signature(method).parameters) == ["self", "data", "correlation_id"]
    assert "Publish ``memory.query``" in pydoc.plain(pydoc.render_doc(method))


def test_descriptors_show_what_they_are() -> None:
    assert repr(MEMORY_QUERY) == "Topic('memory.query' on 'memory/query')"
    assert repr(MEMORY_QUERY_CALL) == "Call('memory.query', 'memory.query.result')"
