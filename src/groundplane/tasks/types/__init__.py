"""The task types we serve. Adding one is a module and a line here."""

from groundplane.errors import InvalidRequest, NotFound
from groundplane.tasks.types.kind import AnyTaskType
from groundplane.tasks.types.lidarannotation import LIDAR_ANNOTATION

TASK_TYPES: tuple[AnyTaskType, ...] = (LIDAR_ANNOTATION,)

# The full enum of the official client 2.18.4 (api.md 2.3): known words, served or not.
KNOWN_WORDS = frozenset(
    {
        "annotation",
        "categorization",
        "comparison",
        "cuboidannotation",
        "datacollection",
        "documentmodel",
        "documenttranscription",
        "imageannotation",
        "laneannotation",
        "lidarannotation",
        "lidarlinking",
        "lidarsegmentation",
        "lidartopdown",
        "lineannotation",
        "namedentityrecognition",
        "pointannotation",
        "polygonannotation",
        "segmentannotation",
        "transcription",
        "textcollection",
        "videoannotation",
        "videoboxannotation",
        "videoplaybackannotation",
        "videocuboidannotation",
        "sensorfusion",
        "chat",
        "chatexperimental",
        "chatlite",
        "multichat",
        "multistage",
        "federal2dvideoannotation",
    }
)

_BY_NAME = {kind.name: kind for kind in TASK_TYPES}


def task_type(name: str) -> AnyTaskType:
    """The type of that name.

    Raises:
        InvalidRequest: a type of the API that we do not serve.
        NotFound: no type of the API.
    """
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name in KNOWN_WORDS:
        raise InvalidRequest(f"Task type {name} is not available yet.")
    raise NotFound("Task type with that name")
