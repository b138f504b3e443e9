"""The metaschemas of JSON Schema, which are at hand without being fetched: the validator brings them."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import cast

from jsonschema_rs import ReferencingError, bundle

from topicwright_codegen.documents.json_reader import read_json
from topicwright_codegen.documents.node import Document

_HOST = "json-schema.org"
_URI = re.compile(r"https?://json-schema\.org/(draft-0[467]|draft/20(?:19-09|20-12))/(schema|meta/([a-z-]+))")


@cache
def metaschema(uri: str) -> Document | None:
    """Return the metaschema, or the vocabulary of one, that a URI without a fragment names; None for another URI."""
    named = _URI.fullmatch(uri)
    if named is None:
        return None
    # The older ones have http in their name, and the newer https; authors write either.
    host = f"http{'s' if '/' in named[1] else ''}://{_HOST}/{named[1]}"
    name = f"{host}/{named[2]}"
    try:
        bundled = bundle({"$schema": f"{host}/schema", "allOf": [{"$ref": name}]}, offline=True)
    except ReferencingError:
        return None
    table = "$defs" if "$defs" in bundled else "definitions"
    schema = cast("dict[str, dict[str, object]]", bundled)[table][name]
    stem = "-".join(["meta-schema", *([named[3]] if named[3] else [])])
    label = f"{_HOST}/{named[1]}/{stem}.json"
    return Document(Path(label), label, label, read_json(json.dumps(schema, indent=1)), has_ids=True)
