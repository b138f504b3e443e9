"""Documents that mean harm: texts that want to run, and sizes that want never to end."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeAlias

MARKER = "raise SystemExit('the marker ran')"
Document: TypeAlias = str | dict[str, Any]


def around(payload: object = None, schemas: dict[str, Any] | None = None, **changed: Any) -> dict[str, Any]:
    """Return a document with one message; ``changed`` are fields of the document."""
    message = {"name": "e", "payload": {"type": "string"} if payload is None else payload}
    base = {
        "asyncapi": "3.0.0",
        "info": {"title": "T", "version": "1"},
        "channels": {"c": {"address": "a/b", "messages": {"M": message}}},
        "components": {"schemas": schemas or {}},
    }
    return {**base, **changed}


def fields(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def in_message(**changed: Any) -> dict[str, Any]:
    document = around()
    document["channels"]["c"]["messages"]["M"].update(changed)
    return document


def in_channel(**changed: Any) -> dict[str, Any]:
    document = around()
    document["channels"]["c"].update(changed)
    return document


def in_field(**changed: Any) -> dict[str, Any]:
    return around(fields(a={"type": "string", **changed}))


TEXTS: dict[str, str] = {
    "closes a docstring": f'"""\n{MARKER}\n"""',
    "escapes the quote that escapes": f'\\"""\n{MARKER}\n#',
    "closes a single-quoted text": f"'''\n{MARKER}\n'''",
    "closes a call": f'"]); {MARKER} #',
    "breaks a line by control characters": f"\x85{MARKER}\u2028{MARKER}\x0c{MARKER}\r\n{MARKER}",
    "is a template": "{{ cycler.__init__.__globals__.os._exit(9) }}{% for x in () %}{% endfor %}",
    "ends in a backslash": f"{MARKER}\\",
    "is a format string": "{0.__class__.__mro__} %s %(x)s \\N{DIGIT ONE}",
}
"""Texts that want out of where they are put."""

PLACES: dict[str, Callable[[str], Document]] = {
    "description of a field": lambda text: in_field(description=text),
    "title of a schema": lambda text: around({**fields(a={}), "title": text}),
    "default": lambda text: in_field(default=text),
    "default of a list": lambda text: around(
        fields(a={"type": "array", "items": {"type": "string"}, "default": [text]})
    ),
    "default of an object": lambda text: around(fields(a={"type": "object", "default": {text: text}})),
    "enum value": lambda text: in_field(enum=["x", text]),
    "const": lambda text: around(fields(a={"const": text})),
    "const that is an object": lambda text: around(fields(a={"const": {text: [text]}})),
    "pattern": lambda text: in_field(pattern=text),
    "key of patternProperties": lambda text: around(
        {"type": "object", "patternProperties": {text: {"type": "string"}}, "additionalProperties": False}
    ),
    "condition": lambda text: around({**fields(a={}), "if": fields(a={"const": text}), "then": {"required": [text]}}),
    "name of a field": lambda text: around(fields(**{text: {"type": "string"}})),
    "name of a required field": lambda text: around({**fields(a={}), "required": [text]}),
    "name of a schema": lambda text: around(
        {"$ref": "#/components/schemas/" + text.replace("~", "~0").replace("/", "~1")}, {text: fields(a={})}
    ),
    "name of a header": lambda text: in_message(headers=fields(**{text: {"type": "string"}})),
    "discriminator": lambda text: around(
        {"oneOf": [{"$ref": "#/components/schemas/A"}], "discriminator": text}, {"A": fields(**{text: {}})}
    ),
    "example": lambda text: in_message(examples=[{"payload": text, "name": text}]),
    "name of a message": lambda text: in_message(name=text),
    "former event type": lambda text: in_message(**{"x-renamed-from": text}),
    "content type": lambda text: in_message(contentType=text),
    "correlation id": lambda text: in_message(correlationId={"location": "$message.header#/" + text}),
    "unit": lambda text: in_field(**{"x-unit": text}),
    "address": lambda text: in_channel(address=text),
    "key of a channel": lambda text: around(channels={text: {"address": "a", "messages": {"M": {"payload": {}}}}}),
    "summary of a channel": lambda text: in_channel(summary=text),
    "value of a parameter": lambda text: in_channel(
        address="a/{p}", parameters={"p": {"enum": [text], "default": text, "description": text}}
    ),
    "name of a parameter": lambda text: in_channel(address="a/{" + text + "}", parameters={text: {}}),
    "title of the document": lambda text: around(info={"title": text, "version": "1", "description": text}),
    "text and key of a server": lambda text: around(
        servers={text: {"host": text, "protocol": text, "description": text, "bindings": {"mqtt": {"clientId": text}}}}
    ),
    "key and text of an operation": lambda text: around(
        operations={text: {"action": "send", "summary": text, "channel": {"$ref": "#/channels/c"}}}
    ),
}
"""Every place of a document whose text comes near to Python."""

REFUSED: dict[str, Document] = {
    "customTypePath": around({"type": "string", "customTypePath": "os.system"}),
    "customBasePath": around({"type": "object", "customBasePath": "os.system"}),
    "x-python-type": around({"type": "string", "x-python-type": "os.system"}),
    "x-python-import": around({"type": "string", "x-python-import": {"module": "os", "name": "system"}}),
    "file by a file URL": around({"$ref": "file:///etc/passwd"}),
    "file outside": around({"$ref": "../../../../../../etc/passwd"}),
    "file by its path": around({"$ref": "/etc/passwd"}),
    "file by percent escapes": around({"$ref": "%2e%2e/%2e%2e/%2e%2e/etc/passwd"}),
    "device": around({"$ref": "/dev/zero"}),
    "document of the web": around({"$ref": "http://127.0.0.1:9/a.json"}),
    "YAML that makes objects": "asyncapi: !!python/object/apply:os.system ['exit 9']\n",
    "YAML with a tag": "asyncapi: !thing 3.0.0\n",
    "half a character": '{"asyncapi": "3.0.0", "info": {"title": "\\ud800", "version": "1"}, "channels": {}}',
    "alias that contains itself": "asyncapi: 3.0.0\ninfo: &a {title: *a}\n",
    "aliases that multiply": "asyncapi: 3.0.0\na: &a [x, x, x, x, x, x, x, x, x]\n"
    + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(12)),
    "merge keys that multiply": "asyncapi: 3.0.0\na: &a {x: 1, y: 2}\n"
    + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} {{<<: [*{chr(97 + n)}], k{n}: *{chr(97 + n)}, l{n}: *{chr(97 + n)}}}\n"
        for n in range(24)
    ),
    "lists 100,000 deep": '{"asyncapi": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "YAML lists 100,000 deep": "asyncapi: " + "[" * 100_000 + "]" * 100_000,
    "YAML blocks 5,000 deep": "asyncapi:\n" + "".join(" " * n + "a:\n" for n in range(1, 5_000)),
    "reference to itself": around({"$ref": "#/components/schemas/A"}, {"A": {"$ref": "#/components/schemas/A"}}),
    "references in a ring": around(
        {"$ref": "#/components/schemas/S0"},
        {f"S{n}": {"$ref": f"#/components/schemas/S{(n + 1) % 50}"} for n in range(50)},
    ),
    "numbers that are none": '{"asyncapi": "3.0.0", "info": {"title": "T", "version": "1"}, "channels": NaN}',
    "number of a million digits": '{"asyncapi": ' + "9" * 1_000_000 + "}",
    "NUL in an address": in_channel(address="a\0b"),
    "address of 70,000 bytes": in_channel(address="a/" * 35_000 + "b"),
    "nothing": "",
    "noise": "\x01\x02\x03{[",
}
"""Documents that must end in a finding."""


def deep(depth: int, last: object) -> Any:
    for _ in range(depth):
        last = {"type": "array", "items": last}
    return last


def yaml(text: str) -> str:
    return "asyncapi: 3.0.0\ninfo: {title: T, version: '1'}\nchannels: {}\n" + text


LARGE: dict[str, Document] = {
    "description of a megabyte": in_field(description="word " * 200_000),
    "description without a space": in_field(description="x" * 1_000_000),
    "description of quotes": in_field(description='"' * 300_000),
    "description of empty lines": in_field(description="\n" * 300_000),
    "pattern that explodes": in_field(pattern="(a+)+$" * 50),
    "pattern that multiplies": in_field(pattern="((((a{1,99}){1,99}){1,99}){1,99})"),
    "pattern of a megabyte": in_field(pattern="a" * 1_000_000),
    "key of patternProperties that explodes": around({"patternProperties": {"(a*)*" * 50: {"type": "string"}}}),
    "name of 100,000 letters": around(fields(**{"x" * 100_000: {}})),
    "unicode that normalises to more": around(fields(**{"\ufdfa" * 2_000: {}})),
    "arrays 90 deep": around(deep(30, {"type": "string"})),
    "union that contains itself": around(
        {"$ref": "#/components/schemas/U"}, {"U": {"anyOf": [{"$ref": "#/components/schemas/U"}]}}
    ),
    "union of a thousand": around({"anyOf": [fields(**{f"a{n}": {}}) for n in range(1_000)]}),
    "condition that leads back": around({**fields(a={}), "not": {"$ref": "#/channels/c/messages/M/payload"}}),
    "counts beyond all counting": around(
        {"type": "array", "prefixItems": [{}], "minItems": 10**12, "maxItems": 10**12}
    ),
    "bound of 300 digits": around({"type": "integer", "maximum": 10**300}),
    "fan of allOf": around(
        {"$ref": "#/components/schemas/S0"},
        {
            **{
                f"S{n}": {"allOf": [{"$ref": f"#/components/schemas/S{n + 1}"}] * 2, "minProperties": n}
                for n in range(40)
            },
            "S40": fields(z={}),
        },
    ),
    "fan of conditions": around(
        {"$ref": "#/components/schemas/S0"},
        {
            **{
                f"S{n}": {"type": "object", "not": {"anyOf": [{"$ref": f"#/components/schemas/S{n + 1}"}] * 2}}
                for n in range(40)
            },
            "S40": fields(z={}),
        },
    ),
    "keys that are nearly one": around(fields(**{"-" * n + "a": {} for n in range(300)})),
    "extensions without end": {**around(), **{f"x-envelop{n}": n for n in range(2_000)}},
    "list that YAML reads slowly": yaml("x-a: [" + "a, " * 20_000 + "a]\n"),
    "aliases of nothing": yaml("x-a: &a {}\nx-b: [" + "*a, " * 20_000 + "*a]\n"),
}
"""Documents that must end soon, one way or another."""

BULK: dict[str, Document] = {
    "50,000 enum values": around(fields(a={"enum": [f"v{n}" for n in range(50_000)]})),
    "50,000 enum values that are no literals": around(fields(a={"enum": [n + 0.5 for n in range(50_000)]})),
    "20,000 fields": around(fields(**{f"f{n}": {"type": "string"} for n in range(20_000)})),
    "5,000 channels": around(
        channels={f"c{n}": {"address": f"a/{n}", "messages": {f"M{n}": {"payload": {}}}} for n in range(5_000)}
    ),
}
"""Honest documents that are merely large: they compile, in a time that grows with their size."""


def text_of(document: Document) -> str:
    return document if isinstance(document, str) else json.dumps(document)
