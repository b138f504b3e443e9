"""CPU time and memory of ``topicwright diff`` over two catalogs of many channels, one field of each channel changed."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

COMMAND = Path(sys.executable).with_name("topicwright")
CHANGES = ("{type: number}", "{type: string, maxLength: 9}", "{type: [integer, 'null']}", "{enum: [a, b]}")
"""What the changed field of a channel becomes, in turns; it was an integer."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What a run may cost."""

    cpu: float
    """Seconds, user and system."""
    memory: int
    """MB, the largest resident set."""


LIMITS = {"--no-witnesses": Limit(5, 500), "--witnesses": Limit(20, 500)}


def catalog(channels: int, *, changed: bool) -> str:
    """Return an AsyncAPI document: a channel, a message of six fields and an operation for each."""
    texts = ["asyncapi: 3.0.0", "info: {title: Many, version: 1.0.0}", "channels:"]
    texts += [_channel(number) for number in range(channels)]
    texts += ["operations:", *(_operation(number) for number in range(channels)), "components:", "  schemas:"]
    texts += [
        _schema(number, CHANGES[number % len(CHANGES)] if changed else "{type: integer}") for number in range(channels)
    ]
    return "\n".join(texts) + "\n"


def _channel(number: int) -> str:
    return (
        f"  c{number}:\n    address: area{number % 20}/device{number}/state\n    messages:\n      m{number}:\n"
        f"        name: area{number % 20}.device{number}.state\n        summary: The state of device {number}.\n"
        f"        payload: {{$ref: '#/components/schemas/State{number}'}}"
    )


def _operation(number: int) -> str:
    action = "receive" if number % 2 else "send"
    return (
        f"  o{number}:\n    action: {action}\n    channel: {{$ref: '#/channels/c{number}'}}\n"
        f"    bindings: {{mqtt: {{qos: 1, retain: {'true' if number % 3 == 0 else 'false'}}}}}"
    )


def _schema(number: int, kind: str) -> str:
    fields = f"id: {{type: string}}, value: {kind}, at: {{type: string, format: date-time}}"
    fields += ", tags: {type: array, items: {type: string}}"
    more = "mode: {enum: [idle, busy]}, ratio: {type: number, minimum: 0, maximum: 1}"
    return f"    State{number}: {{type: object, required: [id, value], properties: {{{fields}, {more}}}}}"


def measure(flag: str, folder: Path) -> dict[str, float]:
    """Run the command in a process of its own; return CPU seconds, MB and the number of findings."""
    code = (
        "import json, resource, sys\nfrom topicwright_codegen.cli import main\nmain(sys.argv[1:])\n"
        "used = resource.getrusage(resource.RUSAGE_SELF)\n"
        "print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]), file=sys.stderr)\n"
    )
    flags = [flag] if flag == "--no-witnesses" else []
    files = [str(folder / "before.yaml"), str(folder / "after.yaml")]
    arguments = [sys.executable, "-c", code, "diff", *files, "--format", "json", *flags]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    cpu, memory = json.loads(done.stderr.splitlines()[-1])
    return {"cpu_s": round(cpu, 2), "memory_mb": round(memory), "findings": len(json.loads(done.stdout)["findings"])}


def main() -> int:
    """Measure both ways; return 1 where a limit does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channels", type=int, default=1000)
    options = parser.parse_args()
    status = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "before.yaml").write_text(catalog(options.channels, changed=False), encoding="utf-8")
        (folder / "after.yaml").write_text(catalog(options.channels, changed=True), encoding="utf-8")
        for flag, limit in LIMITS.items():
            used = measure(flag, folder)
            holds = used["cpu_s"] < limit.cpu and used["memory_mb"] < limit.memory
            status |= not holds
            told = "holds" if holds else "DOES NOT HOLD"
            print(
                f"{options.channels} channels, {flag.removeprefix('--')}: {used['cpu_s']} s CPU (limit {limit.cpu:g}), "
                f"{used['memory_mb']:g} MB (limit {limit.memory}), {used['findings']:g} findings: {told}"
            )
    return status


if __name__ == "__main__":
    sys.exit(main())
