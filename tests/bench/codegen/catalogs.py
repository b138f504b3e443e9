"""Synthetic catalogs: channels with one message of nine fields, a nested object and an enum each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HEAD = """\
asyncapi: 3.0.0
info:
  title: Synthetic
  version: 1.0.0
"""
CHANNEL = """\
  {id}:
    address: {area}/svc{number:04}/event
    messages:
      {id}:
        name: {area}.svc{number:04}.event
        summary: Something happened in service {number}.
        payload:
          $ref: '#/components/schemas/Svc{number:04}Event'
"""
SCHEMA = """\
    Svc{number:04}Event:
      type: object
      description: What happened in service {number}.
      required: [id, at, state, position]
      properties:
        id:
          type: string
          description: Which device.
        at:
          type: number
          description: When, in unix seconds.
        state:
          type: string
          enum: [idle, busy, fault{number}]
          description: What the device does.
        level:
          type: integer
          minimum: 0
          maximum: {limit}
          description: How full, in percent.
        label:
          type: string
          default: none
          description: What people call it.
        ratio:
          type: number
          description: Part of the whole.
        tags:
          type: array
          items:
            type: string
          description: Words that it is found by.
        active:
          type: boolean
          default: false
          description: Whether it runs.
        position:
          type: object
          description: Where it is.
          required: [x, y]
          properties:
            x:
              type: number
            y:
              type: number
            floor{number}:
              type: integer
"""


def channel(number: int, areas: int) -> str:
    """Return one channel; its first level is one of ``areas`` words."""
    return CHANNEL.format(id=f"svc{number:04}Event", area=f"area{number % areas:03}", number=number)


def schema(number: int) -> str:
    """Return the payload of one channel; no two are equal."""
    return SCHEMA.format(number=number, limit=100 + number)


def document(numbers: range, areas: int) -> str:
    """Return an AsyncAPI document with these channels."""
    channels = "".join(channel(number, areas) for number in numbers)
    schemas = "".join(map(schema, numbers))
    return f"{HEAD}channels:\n{channels}components:\n  schemas:\n{schemas}"


def one_file(folder: Path, channels: int) -> Path:
    """Write a catalog of one file, and return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "asyncapi.yaml"
    path.write_text(document(range(channels), max(1, channels // 20)), encoding="utf-8")
    return path


def many_files(folder: Path, channels: int, files: int) -> Path:
    """Write a catalog split into ``files`` files, and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    size = channels // files
    for at in range(files):
        text = document(range(at * size, (at + 1) * size), 1)
        (folder / f"area{at:03}.yaml").write_text(text, encoding="utf-8")
    return folder


def payloads(path: Path) -> dict[str, Any]:
    """Return the payload schemas of a catalog of one file as one JSON Schema, for datamodel-code-generator."""
    import yaml

    schemas: Mapping[str, Any] = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)["components"]["schemas"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": dict(schemas)}


def as_json(path: Path, target: Path) -> Path:
    """Write the payload schemas beside the catalog, and return the file."""
    target.write_text(json.dumps(payloads(path)), encoding="utf-8")
    return target
