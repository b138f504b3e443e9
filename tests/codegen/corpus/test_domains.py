"""Whole documents of other fields, which the official parser takes for valid: each becomes a package that works."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from topicwright.testing import MemoryBroker
from topicwright_codegen.compiler import compile_catalog
from topicwright_codegen.project.config import Config

DOMAINS = Path(__file__).parent / "domains"


@pytest.fixture
def load(tmp_path: Path) -> Iterator[Any]:
    """Return what compiles a document, and imports each module of its package."""

    def loaded(name: str) -> ModuleType:
        package = f"domain_{name}"
        compile_catalog(Config((DOMAINS / f"{name}.yaml",), package, tmp_path)).package.write()
        module = importlib.import_module(package)
        for found in pkgutil.walk_packages(module.__path__, f"{package}."):
            importlib.import_module(found.name)
        return module

    sys.path.insert(0, str(tmp_path))
    yield loaded
    sys.path.remove(str(tmp_path))
    for name in [name for name in sys.modules if name.startswith("domain_")]:
        del sys.modules[name]


@pytest.mark.parametrize("name", sorted(path.stem for path in DOMAINS.iterdir()))
def test_a_document_becomes_a_package_that_imports(load: Any, name: str) -> None:
    assert load(name)


async def test_discovery_of_devices_comes_back_as_it_was_sent(load: Any) -> None:
    sdk = load("home")
    said = {"name": None, "~": "x", "1wire": True, "stat_topic": "t/x", "dev": {"ids": ["1"], "more": 1}}
    config = sdk.homeassistant.Config.model_validate(said)
    got: asyncio.Queue[Any] = asyncio.Queue()
    with MemoryBroker() as broker:
        async with sdk.DomainHomeClient(broker.url, client_id="hub") as hub:
            await hub.on_config(got.put)
            await hub.publish_config(config, component="sensor", node_id="n", object_id="o")
            event = await asyncio.wait_for(got.get(), 5)
    assert event.data == config
    assert (event.params.component, event.params.object_id) == ("sensor", "o")


async def test_a_transfer_is_answered_by_one_of_two_replies(load: Any) -> None:
    bank = load("bank").bank
    request = {"id": "9f1c3a52-2f0b-4d4e-9a66-0d6a5c3c0a11", "from": "a", "to": "b"}

    async def answer(event: Any) -> Any:
        return bank.Failed(error={"code": 7}) if event.data.to == "b" else bank.Ok(id=event.data.id)

    client = importlib.import_module("domain_bank").DomainBankClient
    with MemoryBroker() as broker:
        async with client(broker.url, client_id="bank") as server:
            await server.serve_requested(answer)
            reply = await server.request_requested(bank.Requested.model_validate(request), timeout=5)
    assert type(reply) is bank.Failed
    assert reply.error.code == 7
