"""The task types of the v1 API. Adding one is a module and a line here."""

from groundplane.errors import NotFound
from groundplane.tasks.types.flat import FLAT_TYPES
from groundplane.tasks.types.kind import AnyTaskType
from groundplane.tasks.types.lidarannotation import LIDAR_ANNOTATION
from groundplane.tasks.types.lidarlinking import LIDAR_LINKING
from groundplane.tasks.types.lidarsegmentation import LIDAR_SEGMENTATION
from groundplane.tasks.types.lidartopdown import LIDAR_TOPDOWN
from groundplane.tasks.types.scene_files import MULTISTAGE, SENSOR_FUSION

# All that the official client 2.18.4 knows.
TASK_TYPES: tuple[AnyTaskType, ...] = (
    *(LIDAR_ANNOTATION, LIDAR_SEGMENTATION, LIDAR_LINKING, LIDAR_TOPDOWN),
    *(SENSOR_FUSION, MULTISTAGE),
    *FLAT_TYPES,
)
# What may be ordered in advance, to be made of a task when that is completed.
DEPENDENT_TYPES = (LIDAR_LINKING.name, LIDAR_SEGMENTATION.name, LIDAR_TOPDOWN.name)

_BY_NAME = {kind.name: kind for kind in TASK_TYPES}
KNOWN_WORDS = frozenset(_BY_NAME)


def task_type(name: str) -> AnyTaskType:
    """Raises NotFound: no type of the API."""
    if name not in _BY_NAME:
        raise NotFound("Task type with that name")
    return _BY_NAME[name]
