"""Compares the new version of a catalog with files, with a git ref, or with the last released versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from topicwright_codegen.diagnostics.diagnostics import CompileError, Diagnostics
from topicwright_codegen.diagnostics.texts import shown_path
from topicwright_codegen.project.config import UsageError
from topicwright_codegen.project.pyproject import find_settings
from topicwright_codegen.review.engine import Review, merge_reviews, review
from topicwright_codegen.review.findings.finding import Change
from topicwright_codegen.review.sides.git_ref import Ref
from topicwright_codegen.review.sides.inputs import Input, input_of, input_of_ref, input_of_today
from topicwright_codegen.review.sides.labels import Labels
from topicwright_codegen.review.sides.releases import released_versions
from topicwright_codegen.review.sides.request import DiffOptions
from topicwright_codegen.review.sides.side import Side, folder_of, side_of
from topicwright_codegen.review.sides.unchanged import is_unchanged


@dataclass(frozen=True, slots=True)
class Compared:
    """The result of a comparison."""

    review: Review
    after: Side | None = None
    """None where both versions have the same files: then nothing is compiled."""
    warnings: Diagnostics = field(default_factory=Diagnostics)
    """The compiler's warnings about the version after."""
    labels: Labels = field(default_factory=Labels)
    versions: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """The versions that each finding is against, by its fingerprint; empty without a window of versions."""
    ref: Ref | None = None
    """The version before, if it is a git ref."""


def compare(options: DiffOptions, target: Path) -> Compared:
    """Compare the versions that the options name; files of git refs are written below ``target``."""
    if options.against is None and not options.window:
        return _files(options)
    flags = replace(options.flags, sources=options.paths)
    today = input_of_today(flags)
    folder = folder_of(today)
    window = released_versions(folder, options.tags, options.window) if options.window else []
    names = [options.against, *window] if options.against is not None else window
    refs = [Ref.of(name, folder, target / str(number)) for number, name in enumerate(dict.fromkeys(names))]
    labels = Labels({f"{shown_path(ref.target)}/": ref.name for ref in refs})
    inputs = [(ref.name, input_of_ref(flags, ref)) for ref in refs]
    changed = [(name, before) for name, before in inputs if options.snapshot or not is_unchanged(before, today)]
    if not changed:
        return Compared(Review(()), labels=labels, ref=refs[0])
    after = side_of(today)  # an error in it ends the command
    warnings = _warnings(after)
    reviews = [(name, _against(name, before, after, labels, options)) for name, before in changed]
    review, versions = merge_reviews(reviews)
    return Compared(review, after, warnings, labels, versions if window else {}, refs[0])


def _against(name: str, before: Input, after: Side, labels: Labels, options: DiffOptions) -> Review:
    """Return the review against a ref; one that does not compile is a finding, so that a commit can mend it."""
    try:
        side = side_of(before, labels)
    except CompileError as error:
        first = error.diagnostics.sorted()[0]
        text = f"{name} does not compile, so that nothing is compared with it: {first}"
        return Review((Change("before-broken", text, after.apis[0].document.root, detail=name).judged(),))
    return _review(side, after, options)


def _files(options: DiffOptions) -> Compared:
    if len(options.paths) != 2:
        raise UsageError("diff needs BEFORE and AFTER, --against REF or --window N")
    settings = find_settings(Path.cwd())
    base = settings.folder or Path.cwd()
    inputs = [input_of(replace(options.flags, sources=(path,)), settings, base) for path in options.paths]
    if options.snapshot is None and is_unchanged(*inputs):
        return Compared(Review(()))
    before, after = map(side_of, inputs)
    warnings = _warnings(after)
    return Compared(_review(before, after, options), after, warnings)


def _warnings(side: Side) -> Diagnostics:
    """Return the diagnostics of reading a side; a review, which resolves references itself, may add to the side's."""
    return Diagnostics(dict(side.source.diagnostics.recorded))


def _review(before: Side, after: Side, options: DiffOptions) -> Review:
    return review(before, after, witnesses=options.witnesses, today=options.today, effort=options.effort)
