"""What a task type is: one value of this class, made in one module."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from groundplane.annotations.document import Document
from groundplane.annotations.kinds import CuboidGeometry
from groundplane.annotations.taxonomy import StageConfig
from groundplane.scenes.model import Scene
from groundplane.wire import bodies
from groundplane.wire.values import JSON

P = TypeVar("P", bound=msgspec.Struct)

PointCounts = Mapping[tuple[str, int], int]
"""(object id, frame index) → how many points lie inside the cuboid."""


@dataclass(frozen=True, slots=True)
class ShownCuboid:
    """A cuboid in one frame, interpolated."""

    object_id: str
    pose: CuboidGeometry


@dataclass(frozen=True, slots=True)
class SceneOrder:
    """The addresses of a scene's frames in time order, and how their numbers are meant."""

    attachments: Sequence[str]
    meters_per_unit: float
    frames_per_second: float


@dataclass(frozen=True, slots=True)
class TaskType(Generic[P]):
    """One task type: what it accepts, what a labeler sees, what the customer gets.

    Attributes:
        name: the word in POST /v1/task/{name}.
        params: its own parameters; those that all types share are in tasks.model.Common.
        check: raises InvalidParameter for what the types of the fields cannot say.
        scene: what ingest needs to know to read the scene.
        prepare: the stages of work, first to last.
        shown_cuboids: per frame, the cuboids of the answer, whose points are to be counted.
        respond: the file behind response.annotations.url, one element per attachment.
        fabricate: such a file for a test key, without looking at the data (api.md 2.4).
    """

    name: str
    params: type[P]
    check: Callable[[P], None]
    scene: Callable[[P], SceneOrder]
    prepare: Callable[[P, Scene], list[StageConfig]]
    shown_cuboids: Callable[[P, Scene, Document], Sequence[Sequence[ShownCuboid]]]
    respond: Callable[[P, Scene, Document, PointCounts], Sequence[msgspec.Struct]]
    fabricate: Callable[[P], Sequence[msgspec.Struct]]

    def read(self, given: Mapping[str, JSON], *, from_form: bool = False) -> P:
        """Raises InvalidParameter: naming what is wrong."""
        params = bodies.convert(
            {name: given[name] for name in self.params.__struct_fields__ if name in given},
            self.params,
            from_form=from_form,
        )
        self.check(params)
        return params


AnyTaskType = TaskType[Any]
