"""The peer: the plain models of datamodel-code-generator, with its defaults and with strict types."""

from __future__ import annotations

import json
import shutil
import sys
import types
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from datamodel_code_generator import DataModelType, InputFileType, generate
from datamodel_code_generator.enums import StrictTypes
from pydantic import TypeAdapter, ValidationError

from tests.codegen.conformance.suite import REMOTE_URL, REMOTES, Group

PEERS = ("default", "strict")


def mirror(folder: Path) -> Path:
    """Copy the suite's remote documents to where the generator looks for those of a host."""
    shutil.copytree(REMOTES, folder / urlsplit(REMOTE_URL).netloc)
    return folder


def verdicts(group: Group, remotes: Path, *, strict: bool) -> list[bool] | None:
    """Return whether a model accepts each value of a group; None where there is no model of it."""
    module = types.ModuleType(f"peer_{group.number}_{strict}")
    sys.modules[module.__name__] = module
    try:
        exec(_code(group, remotes, strict), vars(module))
        adapter: TypeAdapter[Any] = TypeAdapter(module.Payload)
        adapter.rebuild(_types_namespace=vars(module))
        return [_accepts(adapter, case.value) for case in group.cases]
    except (Exception, SystemExit):  # any that the generator or its code raises: the peer has no model
        return None
    finally:
        del sys.modules[module.__name__]


def _code(group: Group, remotes: Path, strict: bool) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        text = generate(
            json.dumps(group.schema),
            input_file_type=InputFileType.JsonSchema,
            output_model_type=DataModelType.PydanticV2BaseModel,
            class_name="Payload",
            strict_types=list(StrictTypes) if strict else None,
            disable_timestamp=True,
            allow_remote_refs=False,
            http_local_ref_path=remotes,
            formatters=[],
        )
    assert isinstance(text, str)
    return text


def _accepts(adapter: TypeAdapter[Any], value: Any) -> bool:
    try:
        adapter.validate_json(json.dumps(value))
    except ValidationError:
        return False
    return True
