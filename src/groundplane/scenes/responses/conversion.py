"""Annotations of .sfa files to an answer of a lidar task and back, with what gets lost."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from groundplane.scenes.formats.scene_frames import Loss
from groundplane.scenes.formats.sfa_model import (
    IN_IMAGES,
    Annotation,
    Cuboid,
    PointSegmentation,
    SfaFile,
    Shape,
)
from groundplane.scenes.formats.unreadable import UnreadableFile
from groundplane.scenes.responses import cuboids, linking, segmentation, timeline, topdown
from groundplane.scenes.responses.cuboids import AngleUnit
from groundplane.scenes.responses.kinds import ResponseKind, Tree, kind_of, read_json
from groundplane.scenes.responses.timeline import Timeline
from groundplane.scenes.responses.tracks import Losses
from groundplane.scenes.times import DEFAULT_FRAMES_PER_SECOND


@dataclass(frozen=True, slots=True)
class ResponseOptions:
    """What neither an answer nor an .sfa file says.

    `scene`: the .sfs file or the folder of frames that was labeled: when its frames were, which of
    its points are which sensor's. Without it frames follow one another at `frames_per_second`.
    `angles`: the unit of angles in .sfa files, of which the format says nothing.
    `response`: which answer to write; None: that of the first of cuboids, points, shapes on the
    ground, shapes in pictures that the file has.
    """

    scene: Path | None = None
    frames_per_second: float = DEFAULT_FRAMES_PER_SECOND
    angles: AngleUnit = "radians"
    response: ResponseKind | None = None


_USUAL: Final = ResponseOptions()


def sfa_of_response(
    content: bytes, name: str, options: ResponseOptions = _USUAL
) -> tuple[SfaFile, list[Loss]]:
    """The annotations of an answer; `name` is how errors call it.

    Raises:
        AttachmentUnreadable: the answer, or the scene, is not what it claims to be.
        ValueError: the scene has another number of frames, or the rate is none.
        OSError: the scene cannot be read.
    """
    tree = read_json(content, name)
    kind = kind_of(tree)
    if kind is None:
        raise UnreadableFile(name, "", "This is no response of a lidar task.")
    times = _timeline(kind, tree, options)
    losses = Losses()
    attributes = None
    made: list[Annotation]
    if kind == "cuboids":
        made = cuboids.annotations_of(tree, name, times, options.angles, losses)
    elif kind == "segmentation":
        made = segmentation.annotations_of(tree, name, times, losses)
    elif kind == "linking":
        made = linking.annotations_of(tree, name, times, losses)
    else:
        made, attributes = topdown.annotations_of(tree, name, times, losses)
    file = SfaFile(
        made, attributes=attributes, time_offset=times.time_offset, time_unit=times.time_unit
    )
    return file, losses.all()


def _timeline(kind: ResponseKind, tree: Tree, options: ResponseOptions) -> Timeline:
    frames: int | None = None
    if kind in {"cuboids", "linking"}:
        frames = len(tree)
    elif kind == "segmentation":
        key = next(key for key in ("point_objects", "point_labels") if key in tree)
        frames = len(tree[key]) if isinstance(tree[key], list) else 0
    if options.scene is None:
        return timeline.at_rate(1 if frames is None else frames, options.frames_per_second)
    known = timeline.of_scene(options.scene, options.frames_per_second)
    if frames is not None and frames != len(known.times):
        raise ValueError(
            f"The response has {frames} frames, and {options.scene.name} {len(known.times)}."
        )
    return known


def response_of_sfa(
    file: SfaFile, options: ResponseOptions = _USUAL
) -> tuple[ResponseKind, bytes, list[Loss]]:
    """An answer of the file's annotations, as JSON.

    Raises:
        AttachmentUnreadable: the scene is not what it claims to be.
        ValueError: nothing in the file has a place in an answer, or points need the scene.
        OSError: the scene cannot be read.
    """
    kind = options.response or likely_response(file)
    if kind is None:
        raise ValueError("No annotation has a place in a response of a lidar task.")
    losses = Losses()
    tree: Any
    if kind == "topdown":
        tree = topdown.response_of(file, losses)
    elif kind == "segmentation":
        known = None if options.scene is None else _known(options.scene, options)
        tree = segmentation.response_of(file, known, losses)
    else:
        times = _times(file, options)
        if kind == "cuboids":
            tree = cuboids.response_of(file, times, options.angles, losses)
        else:
            tree = linking.response_of(file, times, losses)
    return kind, msgspec.json.encode(tree), losses.all()


def _known(scene: Path, options: ResponseOptions) -> Timeline:
    return timeline.of_scene(scene, options.frames_per_second)


def _times(file: SfaFile, options: ResponseOptions) -> Timeline:
    if options.scene is not None:
        known = _known(options.scene, options)
        if known.time_unit != file.time_unit:
            raise ValueError(f"The scene is in {known.time_unit}, the file in {file.time_unit}.")
        return known
    ends = [
        int(one.path.timestamps.max(initial=0))
        for one in file.annotations
        if isinstance(one, Cuboid | Shape)
    ]
    return timeline.until(max(ends, default=0), options.frames_per_second, file.time_unit)


def likely_response(file: SfaFile) -> ResponseKind | None:
    """See `ResponseOptions.response`."""
    if any(isinstance(one, Cuboid) for one in file.annotations):
        return "cuboids"
    if any(isinstance(one, PointSegmentation) for one in file.annotations):
        return "segmentation"
    shapes = {one.type for one in file.annotations if isinstance(one, Shape)}
    if shapes & {*topdown.GROUND_TYPES.values()}:
        return "topdown"
    return "linking" if shapes & IN_IMAGES else None
