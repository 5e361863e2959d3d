"""What the server refuses although it would apply: changes outside the stage's config or sense.

`edits.apply` asks whether a change fits the document; this asks whether it may be said at all.
"""

from collections.abc import Iterator, Sequence

from groundplane.annotations import check_values
from groundplane.annotations.document import Document
from groundplane.annotations.edits import Change, write
from groundplane.annotations.kinds import (
    GEOMETRIES_OF_KIND,
    SCENE_ID,
    Attribute,
    EventObject,
    Geometry,
    LinkObject,
    Located,
    ObjectValue,
    OutlineGeometry,
    PathGeometry,
    PolylineObject,
    PolylineTopdownObject,
    SegmentObject,
    VertexObject,
    geometry_of,
    is_stationary,
    kind_of,
)
from groundplane.annotations.parts import (
    AttributePart,
    KeyPart,
    ObjectPart,
    PartName,
    PointsPart,
    VisiblePart,
    parse_part,
)
from groundplane.annotations.taxonomy import Deed, Grant, StageConfig, leaves
from groundplane.errors import InvalidParameter


def check_changes(config: StageConfig, document: Document, changes: Sequence[Change]) -> None:
    """Refuse changes that this stage does not grant, or whose values make no sense.

    Args:
        config: the stage's.
        document: before the changes; `edits.objects_named(changes)` is enough of it.
        changes: as `edits.read_changes` gave them.

    Raises:
        InvalidParameter: names the first change that is refused, and its field.
    """
    after = write(document, changes, op_id="")
    for index, change in enumerate(changes):
        _Check(config, document, after, change, f"changes[{index}]").run()


class _Check:
    """One change among those of its transaction."""

    def __init__(
        self, config: StageConfig, before: Document, after: Document, change: Change, path: str
    ) -> None:
        self.config, self.before, self.after = config, before, after
        self.change, self.path = change, path
        self.part: PartName = parse_part(change.part)
        # Of an object that this transaction deletes, the parts are those of what it was.
        self.value = after.value_of(change.object_id) or before.value_of(change.object_id)

    def run(self) -> None:
        self._refuse_ungranted()
        if self.change.after is None:
            return
        self._refuse_misplaced()
        check_values.refuse_unstorable(f"{self.path}.after", self.change.after)
        value = self.change.after
        if isinstance(value, ObjectValue):
            self._check_object(value)
        elif isinstance(value, Geometry):
            self._check_geometry(value)
        elif isinstance(value, Attribute):
            self._check_attribute(value)

    def refuse(self, where: str, reason: str) -> InvalidParameter:
        return InvalidParameter(f"{self.path}{where}", reason)

    # What is granted -------------------------------------------------------------------------

    def _refuse_ungranted(self) -> None:
        kind = "scene" if self.change.object_id == SCENE_ID else self.value and kind_of(self.value)
        for deed in self._deeds():
            if not any(self._covers(grant, kind, deed) for grant in self.config.grants):
                what = f"{deed} {kind or 'an object that does not exist'}"
                labels = " or ".join(sorted(self._labels()))
                raise self.refuse(
                    "", f"is not granted in this stage: {what}{' ' + labels if labels else ''}"
                )

    def _deeds(self) -> Iterator[Deed]:
        """What the change does; parts of an object that comes or goes are part of that."""
        object_id = self.change.object_id
        existed, exists = self.before.exists(object_id), self.after.exists(object_id)
        if existed != exists:
            yield "create" if exists else "delete"
        elif isinstance(self.part, AttributePart):
            yield "describe"
        elif isinstance(self.part, ObjectPart):
            yield from self._deeds_on_object(self.change.before, self.change.after)
        else:
            yield "move"

    @staticmethod
    def _deeds_on_object(before: object, after: object) -> Iterator[Deed]:
        if not isinstance(before, ObjectValue) or not isinstance(after, ObjectValue):
            return
        differing = {
            name
            for name in {*before.__struct_fields__, *after.__struct_fields__}
            if getattr(before, name, None) != getattr(after, name, None)
        }
        if "label" in differing:
            yield "relabel"
        if differing - {"label", "provenance"}:
            yield "move"

    def _covers(self, grant: Grant, kind: str | None, deed: Deed) -> bool:
        return (
            grant.kind == kind
            and deed in grant.may
            and (grant.labels is None or self._labels() <= set(grant.labels))
            and (grant.attributes is None or self._attributes() <= set(grant.attributes))
            and (grant.sensors is None or self._space() in grant.sensors)
            and (grant.frames is None or self._is_at_one_of(grant.frames))
        )

    def _labels(self) -> set[str]:
        """The label that the object had and the one that it gets."""
        values = [d.value_of(self.change.object_id) for d in (self.before, self.after)]
        return {label for label in (getattr(value, "label", None) for value in values) if label}

    def _attributes(self) -> set[str]:
        return {self.part.name} if isinstance(self.part, AttributePart) else set()

    def _space(self) -> str | None:
        return getattr(self.value, "space", None)

    def _is_at_one_of(self, frames: Sequence[int]) -> bool:
        """Parts that are not said of a time belong to no frame, but are needed to make one."""
        time_ns = _time_of(self.part)
        if time_ns is None:
            return isinstance(self.part, ObjectPart)
        times_ns = self.config.frame_times_ns
        return any(0 <= f < len(times_ns) and times_ns[f] == time_ns for f in frames)

    # Where a value may stand -----------------------------------------------------------------

    def _refuse_misplaced(self) -> None:
        on_scene = self.change.object_id == SCENE_ID
        if isinstance(self.part, PointsPart) and not on_scene:
            raise self.refuse(".part", "belongs to the scene, not to an object")
        if on_scene and isinstance(self.part, KeyPart | VisiblePart):
            raise self.refuse(".part", "cannot be said of the scene")
        time_ns = _time_of(self.part)
        if time_ns is not None:
            self._refuse_outside_scene(".part", time_ns)

    def _refuse_outside_scene(self, where: str, time_ns: int) -> None:
        times_ns = self.config.frame_times_ns
        if not times_ns or not min(times_ns) <= time_ns <= max(times_ns):
            raise self.refuse(where, f"names the time {time_ns} ns, which is outside the scene")

    # Values ----------------------------------------------------------------------------------

    def _check_object(self, value: ObjectValue) -> None:
        before = self.change.before
        if isinstance(before, ObjectValue):
            self._refuse_changed_nature(before, value)
        elif kind_of(value) not in self.config.kinds:
            raise self.refuse(".after.kind", f'"{kind_of(value)}" is not asked for in this stage')
        label = getattr(value, "label", None)
        if label != getattr(before, "label", None) and label not in leaves(self.config.labels):
            raise self.refuse(".after.label", f'"{label}" is not a label of this task')
        self._refuse_strange_space(value)
        self._refuse_bad_references(value)
        if isinstance(value, EventObject):
            self._check_event(value)
        self._refuse_several_keys()

    def _refuse_changed_nature(self, before: ObjectValue, after: ObjectValue) -> None:
        for name in ("kind", "space", "index"):
            was, now = (
                kind_of(value) if name == "kind" else getattr(value, name, None)
                for value in (before, after)
            )
            if was != now:
                raise self.refuse(f".after.{name}", "never changes; make a new object")

    def _refuse_strange_space(self, value: ObjectValue) -> None:
        space: str | None = getattr(value, "space", None)
        kind = kind_of(value)
        if space == "world" and kind.endswith("_2d"):
            raise self.refuse(".after.space", "must be a picture for a shape in pixels")
        if space is not None and space.startswith("raster:") and kind in _ONLY_IN_METRES:
            raise self.refuse(".after.space", f"cannot be a picture for the kind {kind}")

    def _refuse_bad_references(self, value: ObjectValue) -> None:
        wanted: dict[str, str | None] = {}
        if isinstance(value, Located | SegmentObject):
            wanted["parent_id"] = value.parent_id
            wanted["projection_of"] = getattr(value, "projection_of", None)
        if isinstance(value, LinkObject):
            wanted |= {"from_id": value.from_id, "to_id": value.to_id}
            if value.from_id == value.to_id:
                raise self.refuse(".after.to_id", "must not be the object that the link is from")
        for name, object_id in wanted.items():
            if object_id is None:
                continue
            if object_id in {self.change.object_id, SCENE_ID} or not self.after.exists(object_id):
                raise self.refuse(f".after.{name}", "must be another object that exists")

    def _check_event(self, value: EventObject) -> None:
        self._refuse_outside_scene(".after.start_ns", value.start_ns)
        if value.end_ns is not None:
            self._refuse_outside_scene(".after.end_ns", value.end_ns)
            if value.end_ns < value.start_ns:
                raise self.refuse(".after.end_ns", "must not be before start_ns")

    def _refuse_several_keys(self) -> None:
        parts = self.after.parts_of(self.change.object_id)
        if parts.value is not None and is_stationary(parts.value) and len(parts.keys) > 1:
            raise self.refuse("", "would give a stationary object a second key")

    def _check_geometry(self, value: Geometry) -> None:
        if self.value is None:
            raise self.refuse(".object_id", "does not exist")
        kind, sort = kind_of(self.value), geometry_of(value)
        if sort not in GEOMETRIES_OF_KIND.get(kind, ()):
            raise self.refuse(".after.geometry", f'"{sort}" is not a geometry of the kind {kind}')
        space = self._space() or "world"
        if (space == "world" and sort in _PIXELS) or (
            space.startswith("raster:") and sort in _METRES
        ):
            raise self.refuse(".after.geometry", f'"{sort}" cannot stand in the space {space}')
        check_values.check_geometry(
            f"{self.path}.after",
            value,
            cameras=self.config.cameras,
            upright=space == "world" and not self.config.pitch_and_roll_enabled,
        )
        self._refuse_bad_corners(value)
        self._refuse_several_keys()

    def _refuse_bad_corners(self, value: Geometry) -> None:
        if isinstance(value, PathGeometry):
            name, ids, wanted = "vertex_ids", value.vertex_ids, VertexObject
        elif isinstance(value, OutlineGeometry):
            name, ids, wanted = "line_ids", value.line_ids, PolylineObject | PolylineTopdownObject
        else:
            return
        if not ids:
            raise self.refuse(f".after.{name}", "must not be empty")
        for index, object_id in enumerate(ids):
            target = self.after.value_of(object_id)
            if not isinstance(target, wanted) or getattr(target, "space", None) != self._space():
                raise self.refuse(
                    f".after.{name}[{index}]", "must be one that exists in the same space"
                )

    def _check_attribute(self, value: Attribute) -> None:
        if not isinstance(self.part, AttributePart):
            raise self.refuse(".part", "does not hold an attribute")
        name = self.part.name
        definition = next((a for a in self.config.attributes if a.name == name), None)
        if definition is None:
            raise self.refuse(".part", f'names "{name}", which is not an attribute of this task')
        if (definition.scope == "scene") != (self.change.object_id == SCENE_ID):
            whom = "the scene" if definition.scope == "scene" else "an object"
            raise self.refuse(".part", f'names "{name}", which is an attribute of {whom}')
        if definition.scope == "track" and self.part.time_ns is not None:
            raise self.refuse(".part", f'names a time, but "{name}" holds for the whole track')
        if value.value is None:
            return
        check_values.check_answer(f"{self.path}.after.value", definition, value.value)
        if definition.type == "linked":
            target = self.after.value_of(str(value.value))
            if target is None or getattr(target, "label", None) not in definition.allowed_labels:
                allowed = ", ".join(definition.allowed_labels)
                raise self.refuse(".after.value", f"must be an object with one of: {allowed}")


_PIXELS = frozenset({"point_2d", "box_2d", "ellipse_2d", "cuboid_2d"})
_METRES = frozenset({"cuboid", "point", "box_topdown", "pose"})
_ONLY_IN_METRES = frozenset({"cuboid", "point", "polyline", "polygon"})


def _time_of(part: PartName) -> int | None:
    match part:
        case KeyPart() | VisiblePart() | AttributePart():
            return part.time_ns
        case PointsPart():
            return part.sweep_ns
        case ObjectPart():
            return None
