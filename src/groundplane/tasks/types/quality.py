"""Task types whose labelers can be trained and judged by tasks with a known answer.

Scale's docs, "Evaluation tasks" and "Training tasks"; no type of sensor fusion is among them.
"""

from groundplane.errors import InvalidRequest
from groundplane.tasks.types import task_type
from groundplane.tasks.types.kind import AnyTaskType

QUALITY_WORDS = frozenset(
    {
        "documenttranscription",
        "imageannotation",
        "namedentityrecognition",
        "segmentannotation",
        "textcollection",
        "videoplaybackannotation",
    }
)


def quality_type(name: str, purpose: str) -> AnyTaskType:
    """The type of that name.

    Args:
        name: of the task type.
        purpose: evaluation or training.

    Raises:
        InvalidRequest: tasks of this type have no such purpose.
        NotFound: no type of the API.
    """
    if name not in QUALITY_WORDS:
        kind = task_type(name)
        raise InvalidRequest(f"There are no {purpose} tasks of type {kind.name}.")
    return task_type(name)
