"""What converters and ingest share: frames of points and pictures, whatever file they come from."""

from collections.abc import Sequence
from dataclasses import dataclass

from groundplane.scenes.formats.frame_json import FrameColumns
from groundplane.scenes.formats.json_binary import Array


@dataclass(frozen=True, slots=True, eq=False)
class SceneFrame:
    """A frame as Frame JSON gives it, with the pictures that its file holds itself.

    `pictures[i]` belongs to `columns.head.images[i]`: the bytes of an image file (n,), or pixels
    (height, width, 3) in RGB; None where the picture is elsewhere, at its address.
    """

    columns: FrameColumns
    pictures: Sequence[Array | None]


@dataclass(frozen=True, slots=True)
class Loss:
    """Something of the source that the result does not hold: what, how many, and why."""

    what: str
    count: int
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class SceneFrames:
    frames: Sequence[SceneFrame]
    losses: Sequence[Loss]
