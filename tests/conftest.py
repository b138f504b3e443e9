"""Fixtures for all tests: brokers, and clients that are shut down at the end."""

from __future__ import annotations

import importlib.util
import os
import shutil
import tempfile

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins: list[str] = []


RECORDS = "TOPICWRIGHT_CACHE"
settings.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy machine")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Delete what the compiler has noted of its runs."""
    shutil.rmtree(os.environ.pop(RECORDS), ignore_errors=True)


def pytest_configure(config: pytest.Config) -> None:
    """Keep notes of compiler runs to this session; load the plugin where its entry point is not installed."""
    os.environ[RECORDS] = tempfile.mkdtemp(prefix="topicwright-")
    name = "pytest_topicwright"
    if not any(name in str(plugin) for plugin in config.pluginmanager.get_plugins()) and importlib.util.find_spec(
        "topicwright"
    ):
        config.pluginmanager.import_plugin(name)
