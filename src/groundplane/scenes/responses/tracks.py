"""What an object is in each frame, and the paths in time that .sfa files hold instead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

import numpy as np

from groundplane.geometry.arrays import Int64Array
from groundplane.scenes.formats.scene_frames import Loss
from groundplane.scenes.formats.sfa_model import Annotation, SfaFile
from groundplane.scenes.formats.sfa_writer import type_of
from groundplane.scenes.formats.sfs_model import AttributePath
from groundplane.scenes.responses.timeline import Timeline

Value = str | int | bool | list[str]
_ABSENT: Final = object()


@dataclass(slots=True)
class Losses:
    """Counts of what is lost, one for each thing and reason."""

    counts: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])

    def lose(self, what: str, reason: str, count: int = 1) -> None:
        if count:
            self.counts[what, reason] = self.counts.get((what, reason), 0) + count

    def add(self, losses: Sequence[Loss]) -> None:
        for loss in losses:
            self.lose(loss.what, loss.reason, loss.count)

    def all(self) -> list[Loss]:
        return [Loss(what, count, reason) for (what, reason), count in self.counts.items()]


def attribute_paths(
    frames: Sequence[int],
    answers: Sequence[Mapping[str, Any]],
    timeline: Timeline,
    losses: Losses,
) -> list[AttributePath] | None:
    """Paths of attributes that hold `answers[i]` in frame `frames[i]`; None when there are none.

    A value that is the same in all frames is static. A path has no end: where a later frame does
    not give an attribute, its value goes on, and that is a loss.
    """
    names = dict.fromkeys(name for given in answers for name in given)
    paths: list[AttributePath] = []
    for name in names:
        values = [_value(name, given.get(name, _ABSENT), losses) for given in answers]
        held = [k for k, value in enumerate(values) if value is not None]
        if not held:
            continue
        after = len(values) - held[0] - len(held)
        losses.lose(f"attributes.{name}", "a frame that gives none keeps the one before", after)
        changes = [held[0]]
        changes += [k for k in held[1:] if _differs(values[k], values[changes[-1]])]
        is_static = len(changes) == 1 and len(held) == len(values)
        paths.append(
            AttributePath(
                name,
                timeline.times[[frames[k] for k in changes]],
                [cast("Value", values[k]) for k in changes],
                static=is_static,
            )
        )
    return paths or None


def _differs(one: Value | None, other: Value | None) -> bool:
    """1 and true are not the same answer."""
    return one != other or type(one) is not type(other)


def _value(name: str, value: object, losses: Losses) -> Value | None:
    what = f"attributes.{name}"
    if value is _ABSENT:
        return None
    if isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        losses.lose(what, "a decimal number becomes text")
        return repr(value)
    if isinstance(value, list) and all(isinstance(one, str) for one in cast("list[Any]", value)):
        return cast("list[str]", value)
    losses.lose(what, "the format has no such value")
    return None


def answers_at(attributes: Sequence[AttributePath] | None, time: int) -> dict[str, Any]:
    """The values that hold at a time: each from its timestamp on, a static one always."""
    answers: dict[str, Any] = {}
    for path in attributes or []:
        if not len(path.values):
            continue
        if path.static:
            answers[path.name] = path.values[0]
            continue
        past = np.flatnonzero(path.timestamps <= time)
        if len(past):
            latest = past[np.argmax(path.timestamps[past])]
            answers[path.name] = path.values[int(latest)]
    return answers


def span(timestamps: Int64Array, timeline: Timeline, *, always: bool) -> range:
    """The frames in which a path is there: from that nearest to its first key to its last's."""
    if always:
        return range(len(timeline.times))
    first, last = int(timestamps.min()), int(timestamps.max())
    return range(timeline.nearest(first), timeline.nearest(last) + 1)


def note_keys(timestamps: Int64Array, timeline: Timeline, losses: Losses) -> None:
    """Keys at times of no frame show in what is between them, and are not keys any more."""
    between = int((~np.isin(timestamps, timeline.times)).sum())
    losses.lose("keys between frames", "a response has a value a frame", between)


def note_rest(file: SfaFile, used: Sequence[Annotation], losses: Losses) -> None:
    """What of a file no response holds: other annotations, and what belongs to the whole file."""
    taken = {id(annotation) for annotation in used}
    for annotation in file.annotations:
        if id(annotation) not in taken:
            what = f"annotations of {type_of(annotation)}"
            losses.lose(what, "the response has no place for them")
    for annotation in used:
        losses.lose("extra members", "the response has no place for them", len(annotation.extra))
    losses.lose("metadata", "the response has no place for it", len(file.metadata or {}))
