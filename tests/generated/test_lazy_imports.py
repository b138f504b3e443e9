"""Importing an SDK is cheap: models and descriptors are imported at their first use."""

from __future__ import annotations

import subprocess
import sys
from typing import get_type_hints

import pytest

import tars.memory
from tars.memory import MemoryTopics
from tars.services import MemoryWorker


def loaded(program: str) -> set[str]:
    """Run a program in a new process; return the modules of the SDK that it has imported, without the package."""
    program += "\nimport sys; print(*(m.removeprefix('tars.') for m in sys.modules if m.startswith('tars.')))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_package_alone_imports_no_domain() -> None:
    assert loaded("import tars") == set()


def test_a_client_imports_no_model() -> None:
    modules = loaded("from tars import TarsClient\nTarsClient(mqtt_url='mqtt://localhost', client_id='x')")
    assert {"memory", "llm"} <= modules
    assert not [module for module in modules if module.endswith((".models", ".topics"))]


def test_a_service_imports_its_own_domains() -> None:
    assert loaded("from tars.services import SttWorker") >= {"services.stt_worker", "stt"}
    assert not {"memory", "camera", "services.router"} & loaded("from tars.services import SttWorker")


def test_a_model_imports_the_models_of_its_domain() -> None:
    assert loaded("from tars.memory import MemoryQuery") == {"memory", "memory.models"}


def test_a_module_of_a_domain_is_imported_alone() -> None:
    assert loaded("from tars.memory import models") == {"memory", "memory.models"}


def test_dir_and_star_have_every_name() -> None:
    assert {"MEMORY_QUERY", "MemoryQuery", "MemoryTopics"} <= set(dir(tars.memory))
    names: dict[str, object] = {}
    exec("from tars.memory import *", names)
    assert {"MEMORY_QUERY", "MemoryQuery", "MemoryTopics"} <= names.keys()
    exec("from tars.services import *", names)
    assert names["MemoryWorker"] is MemoryWorker


def test_annotations_of_methods_are_there_once_the_domain_is_used() -> None:
    assert get_type_hints(MemoryTopics.publish_memory_query)["data"] is tars.memory.MemoryQuery


def test_a_name_that_no_module_has_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"module 'tars\.memory' has no attribute 'MemoryQuerry'"):
        eval("tars.memory.MemoryQuerry")
