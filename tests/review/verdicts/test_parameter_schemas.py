"""Parameters of AsyncAPI 2 have a schema: what it says beyond listed values is not checked by every reader."""

from __future__ import annotations

import pytest

from tests.review.support.catalogs import compare


def one(schema: str) -> str:
    payload = "{type: object, title: S, properties: {a: {type: string}}}"
    return (
        "asyncapi: 2.6.0\ninfo: {title: Home, version: 1.0.0}\nchannels:\n  home/{id}:\n"
        f"    parameters: {{id: {{schema: {schema}}}}}\n"
        f"    subscribe: {{operationId: s, message: {{name: home.c, payload: {payload}}}}}\n"
    )


@pytest.mark.parametrize(
    ("old", "new", "severity"),
    [
        ("{type: string}", "{type: string, pattern: '^a'}", "dangerous"),
        ("{type: string, maxLength: 5}", "{type: string, maxLength: 3}", "dangerous"),
        ("{type: string}", "{type: integer}", "dangerous"),
        ("{type: string, enum: [a, b]}", "{type: string, enum: [a]}", "breaking"),
        ("{type: string}", "{type: string, description: an id}", "safe"),
    ],
)
def test_the_schema_of_a_parameter_is_compared(tmp_path, old, new, severity):
    assert compare(tmp_path, one(old), one(new)).severity == severity
