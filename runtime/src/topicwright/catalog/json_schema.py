"""The JSON Schema of a payload whose Python type does not say everything: it judges the rest.

A type is never narrower than its schema, and often wider: no type says "at least one of these fields". So the JSON of
such a payload is checked against the schema itself, by ``jsonschema-rs``, when it is read and when it is written. It is
imported with the first such payload; a generated package that needs it asks for ``topicwright[json-schema]``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from topicwright.catalog.problems import MAX_PROBLEMS, at_place
from topicwright.errors import ConfigurationError

if TYPE_CHECKING:
    from jsonschema_rs import Validator

BACKTRACKS: Final = 100_000
"""At most this many steps back a pattern with look-around takes for one text; it does not match then."""


class JsonSchemas:
    """The definitions that the payloads of a domain need: JSON Schema draft 2020-12, by their names."""

    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self.definitions = definitions

    def __getitem__(self, name: str) -> JsonSchema:
        """Return the schema of a payload."""
        return JsonSchema(self, name)


class JsonSchema:
    """The schema of one payload. It is compiled when it is first used."""

    def __init__(self, schemas: JsonSchemas, name: str) -> None:
        self.schemas = schemas
        """The definitions that it is one of."""
        self.name = name

    @cached_property
    def validator(self) -> Validator:
        """The compiled schema.

        Raises:
            ConfigurationError: ``jsonschema-rs`` is not installed.
        """
        try:
            from jsonschema_rs import Draft202012Validator, FancyRegexOptions
        except ImportError:
            problem = f"the payload {self.name} is checked against its JSON Schema: install topicwright[json-schema]"
            raise ConfigurationError([problem]) from None
        return Draft202012Validator(
            {"$ref": f"#/$defs/{_token(self.name)}", "$defs": self.schemas.definitions},
            validate_formats=False,
            pattern_options=FancyRegexOptions(backtrack_limit=BACKTRACKS),
            mask="the value",
            offline=True,
        )

    def problems(self, value: Any) -> list[str]:
        """Return what a JSON value violates, such as ``items.0: ...``, without values; empty where it is valid."""
        try:
            if self.validator.is_valid(value):
                return []
            found = islice(self.validator.iter_errors(value), MAX_PROBLEMS)
            return list(dict.fromkeys(at_place(error.instance_path, error.message) for error in found))
        except ValueError as error:  # it is nested too deeply
            return [at_place((), f"cannot be checked against its schema: {error}")]


def _token(name: str) -> str:
    """Return a name as a part of a JSON Pointer in a URI (RFC 6901, sections 3 and 6)."""
    return name.replace("~", "~0").replace("/", "~1").replace("%", "%25")


def schema_of(model: type[Any]) -> JsonSchema | None:
    """Return the schema that judges the payloads of a model; None where its type says everything."""
    schema: JsonSchema | None = getattr(model, "__json_schema__", None)
    return schema
