"""What a task that builds on another needs to know of it, from the params it was made with."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from groundplane.annotations.taxonomy import LabelChoice, leaves
from groundplane.tasks.types import lidarannotation
from groundplane.tasks.types.definitions import LabelDescription, read_labels
from groundplane.tasks.types.kind import SourceTask
from groundplane.tasks.types.lidarannotation import FrameAnswer
from groundplane.tasks.types.sampling import sampled


class _Framed(msgspec.Struct):
    """The parameters of a task with frames that others look at."""

    attachments: list[str] = []
    labels: list[str | LabelDescription] = []
    labeling_sample_rate: int = 1
    lidar_task_frames: list[int] | None = None
    pitch_and_roll_enabled: bool = False


def frame_count(task: SourceTask) -> int:
    """Frames of its answer, labeled or not."""
    params = _framed(task)
    if task.source is None:
        return len(params.attachments)
    kept = params.lidar_task_frames
    return frame_count(task.source) if kept is None else len(kept)


def labeled_frames(task: SourceTask) -> list[int]:
    """Indexes into the frames of its answer."""
    params = _framed(task)
    if task.source is None:
        return sampled(range(len(params.attachments)), params.labeling_sample_rate)
    return list(range(frame_count(task)))


def label_names(task: SourceTask) -> set[str]:
    """Every name in its labels, those that only hold others too."""
    return set(_names(read_labels("labels", _framed(task).labels)))


def fabricated_cuboids(task: SourceTask, frames: Sequence[int]) -> list[FrameAnswer]:
    """The cuboids that a test key's cuboid task was answered with, of these frames."""
    params = _framed(task)
    all_frames = lidarannotation.fabricated_frames(
        leaves(read_labels("labels", params.labels))[0],
        frame_count(task),
        labeled_frames(task),
        with_pitch_and_roll=params.pitch_and_roll_enabled,
    )
    return [all_frames[index] for index in frames]


def _names(choices: Sequence[LabelChoice]) -> Iterator[str]:
    for choice in choices:
        yield choice.choice
        yield from _names(choice.subchoices)


def _framed(task: SourceTask) -> _Framed:
    given: Mapping[str, object] = {n: v for n, v in task.params.items() if v is not None}
    return msgspec.convert(given, _Framed)
