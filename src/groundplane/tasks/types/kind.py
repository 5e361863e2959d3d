"""What a task type is: one value of this class, made in one module."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from groundplane.annotations.document import Document, StoredPart
from groundplane.annotations.kinds import CuboidGeometry
from groundplane.annotations.taxonomy import StageConfig
from groundplane.errors import InvalidParameter
from groundplane.scenes.model import Scene
from groundplane.tasks.model import unpack_params
from groundplane.wire import bodies
from groundplane.wire.values import JSON

P = TypeVar("P", bound=msgspec.Struct)

SCENE_FILE = "sensor_fusion"
"""What the API calls a scene file (.sfs) where it asks for a format."""

PointCounts = Mapping[tuple[str, int], int]
"""(object id, frame index) → how many points lie inside the cuboid."""


class ShownCuboid(msgspec.Struct, frozen=True):
    """A cuboid in one frame, interpolated."""

    object_id: str
    pose: CuboidGeometry


class SceneOrder(msgspec.Struct, frozen=True):
    """The addresses of a scene's frames in time order, and how their numbers are meant.

    `is_file`: the only address is that of a scene file (.sfs), which holds all frames.
    """

    attachments: Sequence[str]
    meters_per_unit: float
    frames_per_second: float
    is_file: bool = False


class SourceRule(msgspec.Struct, frozen=True):
    """A task that this one builds on: `parameter` names it; it is completed, of one of `types`."""

    parameter: str
    task_id: str
    types: Sequence[str]


def cuboid_task(lidar_task: str | None) -> SourceRule | None:
    """For types that may build on the finished cuboids of a task."""
    if lidar_task is None:
        return None
    return SourceRule("lidar_task", lidar_task, ("lidarannotation",))


class SourceTask(msgspec.Struct, frozen=True):
    """The task that another builds on, as it was found; `source` is the one it builds on itself."""

    type: str
    params: Mapping[str, JSON]
    source: "SourceTask | None" = None


class ResultFile(msgspec.Struct, frozen=True):
    """A file that a response points to; it becomes an address."""

    content: bytes
    content_type: str = "application/json"


def json_file(content: object) -> ResultFile:
    return ResultFile(msgspec.json.encode(content))


# Of what is made up for a test key: easy to know again.
MADE_UP_UUID = "7e57da7a-0000-4000-8000-000000000001"

Answer = Mapping[str, object]
"""A response as JSON values, with a ResultFile where an address is to be."""


def _nothing_more(*_: object) -> dict[str, JSON]:
    return {}


def _no_parts(*_: object) -> list[StoredPart]:
    return []


@dataclass(frozen=True, slots=True)
class Workstation(Generic[P]):
    """How people work on tasks of a type.

    Attributes:
        prepare: the stages of work, first to last.
        shown_cuboids: per frame, the cuboids of the answer, whose points are to be counted.
        respond: the file behind response.annotations.url, one element per attachment.
        beside: members of the response beside `annotations`.
        begin: the parts of the document that holds pre-labels (the type's `prelabels`); raises
            InvalidParameter.
    """

    prepare: Callable[[P, Scene], list[StageConfig]]
    shown_cuboids: Callable[[P, Scene, Document], Sequence[Sequence[ShownCuboid]]]
    respond: Callable[[P, Scene, Document, PointCounts], Sequence[msgspec.Struct]]
    beside: Callable[[P, Scene, Document], dict[str, JSON]] = _nothing_more
    begin: Callable[[P, Scene, JSON], list[StoredPart]] = _no_parts


def _nothing(*_: object) -> None:
    """For the parts that most types do not have."""


def _no_orders(_: object) -> Sequence[Mapping[str, object]]:
    return ()


@dataclass(frozen=True, slots=True)
class TaskType(Generic[P]):
    """One task type: what it accepts, what a labeler sees, what the customer gets.

    Attributes:
        name: the word in POST /v1/task/{name}.
        params: its own parameters; those that all types share are in tasks.model.Common.
        check: raises InvalidParameter for what the types of the fields cannot say.
        fabricate: an answer for a test key, without looking at the data.
        required: shared parameters that this type must have; a batch names the project too.
        echo: parameters that are shown otherwise than they were given.
        source: the task that this one builds on, if any.
        check_source: raises InvalidParameter for what does not fit the task that was found.
        dependents: orders for tasks to be made when one of this type is completed.
        scene: what ingest needs to know to read the scene; None when there is none it can read.
        prelabels: annotations to begin with, or the address of them; None when there are none.
        work: None as long as there is no workstation for the type.
    """

    name: str
    params: type[P]
    check: Callable[[P], None]
    fabricate: Callable[[P, SourceTask | None], Answer]
    required: Sequence[str] = ()
    echo: Callable[[P], Mapping[str, JSON]] = _nothing_more
    source: Callable[[P], SourceRule | None] = _nothing
    check_source: Callable[[P, SourceTask], None] = _nothing
    dependents: Callable[[P], Sequence[Mapping[str, object]]] = _no_orders
    scene: Callable[[P], SceneOrder | None] = _nothing
    prelabels: Callable[[P], JSON] = _nothing
    work: Workstation[P] | None = None

    def read(self, given: Mapping[str, JSON], *, from_form: bool = False) -> P:
        """Raises InvalidParameter: naming what is wrong."""
        params = self._converted(given, from_form=from_form)
        self.check(params)
        return params

    def accepted(self, params_zstd: bytes) -> P:
        """The parameters of a task that was made: what `read` gave then, not checked again."""
        return self._converted(msgspec.json.decode(unpack_params(params_zstd)), from_form=False)

    def _converted(self, given: Mapping[str, JSON], *, from_form: bool) -> P:
        own = {name: given[name] for name in self.params.__struct_fields__ if name in given}
        try:
            return bodies.convert(own, self.params, from_form=from_form)
        except InvalidParameter:
            # Only what does not fit as it is pays for the second look at every value in it.
            return bodies.convert(
                {name: _lenient(value) for name, value in own.items()},
                self.params,
                from_form=from_form,
            )


AnyTaskType = TaskType[Any]


def _lenient(value: JSON) -> JSON:
    """Inside of objects too, null is absent and 2.0 is an integer."""
    if isinstance(value, dict):
        return {name: _lenient(one) for name, one in value.items() if one is not None}
    if isinstance(value, list):
        return [_lenient(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
