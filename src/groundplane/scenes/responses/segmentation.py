"""The answer of lidarsegmentation, an object's index a point, from and to .sfa point ids."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from groundplane.geometry.arrays import Int64Array
from groundplane.scenes.formats.sfa_model import (
    Annotation,
    LabeledPoints,
    PointSegmentation,
    SfaFile,
)
from groundplane.scenes.formats.sfs_model import Identity
from groundplane.scenes.formats.unreadable import UnreadableFile
from groundplane.scenes.responses.kinds import Tree
from groundplane.scenes.responses.timeline import FramePoints, Timeline, one_sweep
from groundplane.scenes.responses.tracks import Losses, note_rest
from groundplane.scenes.responses.wire import WireObject, segmentation_of, strange_members


def annotations_of(tree: Tree, name: str, timeline: Timeline, losses: Losses) -> list[Annotation]:
    """An annotation for each object, by its index; of a scene's sensors where one is named.

    Raises:
        UnreadableFile: the answer is not as its kind has it, or has other points than the scene.
    """
    found = segmentation_of(tree, name)
    losses.add(strange_members(tree["objects"], WireObject, "objects"))
    labeled: dict[int, list[LabeledPoints]] = {one.index: [] for one in found.objects}
    for k, labels in enumerate(found.points):
        frame = one_sweep(k, len(labels)) if timeline.points is None else timeline.points[k]
        if frame.count != len(labels):
            reason = f"{len(labels)} points, of which the scene has {frame.count}."
            raise UnreadableFile(name, f"point_objects[{k}]", reason)
        for index, part in _parts(np.array(labels, np.int64), frame):
            labeled[index].append(part)
    return [
        PointSegmentation(one.index, one.label, labeled[one.index], is_instance=one.instance)
        for one in found.objects
    ]


def _parts(labels: Int64Array, frame: FramePoints) -> list[tuple[int, LabeledPoints]]:
    return [
        (int(index), LabeledPoints(sensor, frame.point_ids[own & (labels == index)], number))
        for place, (sensor, number) in enumerate(frame.sweeps)
        for own in (frame.sweep == place,)
        for index in np.unique(labels[own])
        if index
    ]


def response_of(file: SfaFile, timeline: Timeline | None, losses: Losses) -> dict[str, Any]:
    """The answer: labels before instances, indices counted anew from 1.

    Without a scene's timeline a frame ends at its last labeled point.

    Raises:
        ValueError: points that the scene has not, or points of several sensors and no scene.
    """
    segments = [one for one in file.annotations if isinstance(one, PointSegmentation)]
    note_rest(file, segments, losses)
    losses.lose("attributes of the file", "the response has none", len(file.attributes or []))
    segments.sort(key=lambda one: one.is_instance)
    parts = [
        (index, part) for index, one in enumerate(segments, start=1) for part in one.labeled_points
    ]
    parents = sum(one.parent_id is not None for one in segments)
    losses.lose("parent_id", "the response has no place for them", parents)
    still = [part for _, part in parts if part.sensor_frame is None]
    losses.lose("points of maps", "the response has frames only", len(still))
    parts = [(index, part) for index, part in parts if part.sensor_frame is not None]
    known = None if timeline is None else timeline.points
    frames = _guessed(parts, losses) if known is None else known
    return {
        "objects": [
            {"label": one.label, "index": index, **({"instance": True} if one.is_instance else {})}
            for index, one in enumerate(segments, start=1)
        ],
        "point_objects": [labels.tolist() for labels in _labels(parts, frames, losses)],
    }


def _guessed(parts: Sequence[tuple[int, LabeledPoints]], losses: Losses) -> list[FramePoints]:
    sensors = {part.sensor_id for _, part in parts}
    if len(sensors) > 1:
        names = ", ".join(map(str, sensors))
        raise ValueError(f"Points of {names}: only the scene tells their order. Name it.")
    counts: dict[int, int] = {}
    for _, part in parts:
        frame, ends = (
            part.sensor_frame or 0,
            int(part.point_ids.astype(np.int64).max(initial=-1)) + 1,
        )
        counts[frame] = max(counts.get(frame, 0), ends)
    losses.lose("points without a label at a frame's end", "only the scene tells them", len(counts))
    only: list[Identity] = [*sensors]
    frames = [one_sweep(k, counts.get(k, 0)) for k in range(max(counts, default=-1) + 1)]
    return [
        FramePoints([(only[0], k)], frame.sweep, frame.point_ids) for k, frame in enumerate(frames)
    ]


def _labels(
    parts: Sequence[tuple[int, LabeledPoints]], frames: Sequence[FramePoints], losses: Losses
) -> list[Int64Array]:
    """A point of two annotations is of the later one."""
    labels = [np.zeros(frame.count, np.int64) for frame in frames]
    places = _places(frames)
    for index, part in parts:
        found = places.get((part.sensor_id, part.sensor_frame or 0))
        if found is None:
            raise ValueError(f"The scene has no frame {part.sensor_frame} of {part.sensor_id}.")
        k, points = found
        ids = part.point_ids.astype(np.int64)
        if len(ids) and not 0 <= int(ids.min()) <= int(ids.max()) < len(points):
            where = f"frame {part.sensor_frame} of {part.sensor_id}"
            raise ValueError(f"{where} has {len(points)} points, and no point {int(ids.max())}.")
        taken = labels[k][points[ids]]
        twice = int(((taken != 0) & (taken != index)).sum())
        losses.lose("points of two annotations", "a point is of the later one", twice)
        labels[k][points[ids]] = index
    return labels


def _places(frames: Sequence[FramePoints]) -> Mapping[tuple[Identity, int], tuple[int, Int64Array]]:
    """Of each sweep: its frame, and which of the frame's points are the sweep's, in its order."""
    return {
        sweep: (k, np.flatnonzero(frame.sweep == place))
        for k, frame in enumerate(frames)
        for place, sweep in enumerate(frame.sweeps)
    }
