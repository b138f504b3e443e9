"""The commands of ``topicwright``, one a file with ``EXAMPLE``, ``add(parser)`` and ``run(options)``."""

from typing import Final

SUMMARIES: Final = {
    "init": "write a new project: a catalog, its SDK, two services, tests and CI",
    "generate": "write the Python package of a catalog",
    "check": "exit 1 with a diff if the package is stale or hand-edited",
    "watch": "write the package now and after each change of the catalog, until interrupted",
    "lint": "report style and consistency problems in a catalog",
    "explain": "explain the code of a diagnostic: what is wrong, and what to do",
    "schema": "write the JSON Schema of catalogs, for completion and checks in editors",
    "infer": "write a draft of a catalog from what a broker sends, or add what is new to one",
    "export": "write a catalog from descriptors in Python",
    "bundle": "write the catalog as one AsyncAPI document, each payload with its envelope",
    "acl": "write the access rules of each service for a broker",
    "diff": "report how a catalog change affects running services",
    "snapshot": "write the retained messages of a broker to a file, or report those that the catalog's readers refuse",
    "compat": "type-check the services and tests of a git ref with the SDK of today's catalog",
    "doctor": "measure what a broker's configuration does to messages, and recommend changes",
    "completion": "write the completion of commands and options for a shell",
}
"""What each command does, in the order of the help: so the help of all commands imports none of them."""
