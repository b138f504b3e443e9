"""Loads settings from keywords, environment variables and ``.env``, and reports all problems at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from pydantic import SecretStr, ValidationError
from pydantic_core import ErrorDetails
from topicwright.config.settings import SECRETS, Settings, env_name
from topicwright.errors import ConfigurationError, MissingSettingError


def _problem(error: ErrorDetails, *, env: bool) -> str:
    name = str(error["loc"][0]) if error["loc"] else ""
    text = error["msg"].removeprefix("Value error, ")
    return f"{env_name(name) if env else name}: {text}" if name else text


def load(values: Mapping[str, Any], *, env: bool = False) -> Settings:
    """Validate settings by field name; None values are ignored.

    Raises:
        MissingSettingError: a required setting is absent; the error lists other problems too.
        ConfigurationError: a value is invalid.
    """
    try:
        return Settings.model_validate({name: value for name, value in values.items() if value is not None})
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False, include_context=False)
    missing = [env_name(str(item["loc"][0])) for item in details if item["type"] == "missing"]
    problems = [_problem(item, env=env) for item in details if item["type"] != "missing"]
    if missing:
        names = ", ".join(missing)
        hint = f"Missing required environment variable: {names} (or pass it as a keyword argument)"
        raise MissingSettingError(missing, [hint, *problems])
    raise ConfigurationError(problems)


def read_dotenv(path: Path) -> dict[str, str]:
    """Parse ``NAME=value`` lines with comments, ``export`` and quotes; variables are not expanded.

    Raises:
        ConfigurationError: the file exists and cannot be read.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()  # Windows editors begin a file with a mark
    except (FileNotFoundError, IsADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        # Without the error itself: a decoding error contains the text.
        problem = "is not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise ConfigurationError([f"{path} cannot be read: {problem}"]) from None
    variables: dict[str, str] = {}
    for line in lines:
        name, separator, value = line.strip().removeprefix("export ").partition("=")
        if separator and not name.startswith("#"):
            variables[name.strip()] = _unquote(value.strip())
    return variables


def _unquote(value: str) -> str:
    if value[:1] in {'"', "'"}:
        end = value.find(value[0], 1)
        return value[1:end] if end > 0 else value
    return value.split(" #", 1)[0].rstrip()


def read_env(overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings by field name, from ``overrides``, else the environment, else the file ``.env``."""
    variables = {**read_dotenv(Path(".env")), **os.environ}
    names = {name: env_name(name) for name in Settings.model_fields}
    values: dict[str, Any] = {name: variables[variable] for name, variable in names.items() if variables.get(variable)}
    return concealed({**values, **{name: value for name, value in overrides.items() if value is not None}})


def settings_of_tool(url: str | None, client_id: str) -> Settings:
    """Return the settings of a tool that connects to a broker: as those of a service, but for two.

    Args:
        url: the broker that the user named; None for MQTT_URL of the environment, else of the file ``.env``.
        client_id: that of the tool, whatever MQTT_CLIENT_ID is.

    Raises:
        ConfigurationError: no broker is named, or a value is invalid.
    """
    try:
        return load(read_env({"mqtt_url": url, "client_id": client_id}), env=True)
    except MissingSettingError as error:
        hint = "no broker is named: give its URL, such as mqtt://localhost:1883, or set MQTT_URL, also in the file .env"
        raise ConfigurationError([hint, *error.problems[1:]]) from None
    except ConfigurationError as error:
        if url is None:
            raise
        own = f"{env_name('mqtt_url')}: "
        raise ConfigurationError([problem.removeprefix(own) for problem in error.problems]) from None


def concealed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings whose passwords no traceback shows, also one that shows variables."""
    return {name: _concealed(value) if name in SECRETS else value for name, value in values.items()}


def _concealed(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _concealed(text) for key, text in cast("Mapping[object, object]", value).items()}
    return SecretStr(value) if isinstance(value, str) else value
