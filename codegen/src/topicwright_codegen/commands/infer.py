"""``topicwright infer``: a draft of a catalog, from the traffic of a broker or from a capture of it."""

from __future__ import annotations

import argparse
import re
import tempfile
from pathlib import Path

from topicwright_codegen.commands.terminal import streams
from topicwright_codegen.commands.terminal.documents import without_output
from topicwright_codegen.project.config import UsageError

EXAMPLE: str = "topicwright infer mqtt://localhost:1883 --for 60s --output asyncapi.yaml"
_MB = 2**20
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600}


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    text = "mqtt://host:1883, or a capture (default: MQTT_URL); login and TLS as in docs/settings.md"
    parser.add_argument("origin", nargs="?", metavar="BROKER|CAPTURE", help=text)
    text = "how long to listen, such as 90, 60s or 10m (default: 60s); Ctrl-C ends it and writes the draft too"
    parser.add_argument("--for", dest="seconds", type=_seconds, default=60.0, metavar="TIME", help=text)
    text = "a topic filter to subscribe to; may be repeated (default: #)"
    parser.add_argument("--filter", action="append", metavar="FILTER", help=text)
    text = "keep what was heard in this file, which infer reads too; it contains the payloads"
    parser.add_argument("--save", type=Path, metavar="CAPTURE", help=text)
    text = "the draft; if the file exists, what is new is added (default: asyncapi.yaml; - for standard output)"
    parser.add_argument("--output", type=Path, default=Path("asyncapi.yaml"), metavar="FILE", help=text)
    text = "the title of the draft (default: Draft)"
    parser.add_argument("--title", default="Draft", metavar="TEXT", help=text)
    text = "write some of the values that were heard into the draft; without it no value of a payload is in it,"
    text += " except names of a protocol in an enum or a const"
    parser.add_argument("--examples", action="store_true", help=text)
    text = "stop listening when the capture has so many megabytes (default: 200)"
    parser.add_argument("--most-mb", type=float, default=200.0, metavar="MB", help=text)
    parser.set_defaults(document=without_output)


def _seconds(text: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text)
    if found is None or not float(found[1]):
        raise argparse.ArgumentTypeError(f"{text!r} is no time: write 60s, 10m or 1h")
    return float(found[1]) * _SECONDS[found[2]]


def run(options: argparse.Namespace) -> int:
    """Listen or read, and write the draft."""
    from topicwright_codegen.infer.capture.capture_file import Capture

    file: Path = options.output
    if file.suffix not in (".yaml", ".yml") and str(file) != "-":
        raise UsageError(f"--output {file}: a draft is YAML: name a file that ends with .yaml")
    if str(file) != "-" and not file.absolute().parent.is_dir():
        raise UsageError(f"--output {file}: there is no folder {file.parent}")
    origin: str | None = options.origin
    if origin is not None and "://" not in origin:
        path = Path(origin)
        if path.is_dir():
            raise UsageError(f"{origin} is a folder: name a capture, or the URL of a broker")
        if not path.is_file():
            raise UsageError(f"{origin}: no such file; the URL of a broker is mqtt://host:1883")
        if options.save is not None:
            raise UsageError("--save keeps what a broker sends: leave it out where a capture is read")
        return _draft(Capture(path), options)
    with tempfile.TemporaryDirectory(prefix="topicwright-infer-") as folder:
        capture = options.save or Path(folder) / "capture.jsonl"
        _listen(origin, capture, options)
        return _draft(Capture(capture), options)


def _listen(url: str | None, capture: Path, options: argparse.Namespace) -> None:
    from topicwright_codegen.infer.capture.listening import record

    most = int(options.most_mb * _MB)
    record(url, options.filter or ["#"], options.seconds, capture, most, _say)


def _say(text: str) -> None:
    streams.status(f"topicwright infer: {text}")


def _draft(capture: object, options: argparse.Namespace) -> int:
    from topicwright_codegen.infer.capture.capture_file import Capture
    from topicwright_codegen.infer.draft import judged, make_draft, write_draft
    from topicwright_codegen.infer.report import report_of

    assert isinstance(capture, Capture)
    file: Path = options.output
    to_stdout = str(file) == "-"
    draft = make_draft(capture, file, options.title, examples=options.examples)
    if to_stdout:
        with tempfile.TemporaryDirectory(prefix="topicwright-infer-") as folder:
            verdict = judged(draft.text, Path(folder), capture)
        streams.document(draft.text)
    else:
        verdict = write_draft(draft, file, capture)
    for line in report_of(draft, verdict, capture):
        streams.finding(line, beside_document=to_stdout)
    if not to_stdout:
        streams.status(f"wrote {file}")
    return 0
