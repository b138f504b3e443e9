"""Fixtures for all tests: brokers, and clients that are shut down at the end."""

from __future__ import annotations

import importlib.util

import pytest

pytest_plugins: list[str] = []


def pytest_configure(config: pytest.Config) -> None:
    """Load the plugin of the runtime by hand where its entry point is not installed."""
    name = "topicwright.testing.plugin"
    if not any(name in str(plugin) for plugin in config.pluginmanager.get_plugins()) and importlib.util.find_spec(
        "topicwright"
    ):
        config.pluginmanager.import_plugin(name)
