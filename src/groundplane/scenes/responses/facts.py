"""What is in an answer, counted by the types that its annotations have in .sfa files."""

from collections import Counter

from groundplane.scenes.responses.kinds import ResponseKind, Tree
from groundplane.scenes.responses.linking import SHAPE_TYPES
from groundplane.scenes.responses.topdown import GROUND_TYPES
from groundplane.scenes.responses.wire import (
    CuboidFrame,
    LinkingFrame,
    Topdown,
    parsed,
    segmentation_of,
)


def facts_of(kind: ResponseKind, tree: Tree, name: str) -> tuple[int | None, dict[str, int]]:
    """(frames, annotations by type); an object that is in many frames counts once.

    Raises:
        UnreadableFile: the answer is not as its kind has it.
    """
    if kind == "segmentation":
        found = segmentation_of(tree, name)
        return len(found.points), {"point_segmentation": len(found.objects)}
    if kind == "cuboids":
        frames = parsed(tree, list[CuboidFrame], name)
        uuids = {cuboid.uuid for frame in frames for cuboid in frame.cuboids}
        return len(frames), {"cuboid": len(uuids)}
    if kind == "linking":
        answers = parsed(tree, list[LinkingFrame], name)
        shapes = {
            (shape.cuboid_uuid or shape.uuid, camera.camera_used, shape.type or shape.geometry)
            for frame in answers
            for camera in frame.camera_responses
            for shape in camera.annotations
        }
        return len(answers), dict(Counter(SHAPE_TYPES.get(of or "", "other") for *_, of in shapes))
    shapes = parsed(tree, Topdown, name).annotations
    kinds = (GROUND_TYPES.get(shape.type or shape.geometry or "", "other") for shape in shapes)
    return None, dict(Counter(kinds))
