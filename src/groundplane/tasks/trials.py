"""A scene that is checked before there is a task of it: the order, and what did not come."""

from typing import Literal

import msgspec

from groundplane.errors import InvalidParameter
from groundplane.scenes.times import DEFAULT_FRAMES_PER_SECOND
from groundplane.tasks.model import check_attachments
from groundplane.tasks.types import checks
from groundplane.tasks.types.kind import SCENE_FILE, SceneOrder

TRIAL_JOB = "tasks.try_scene"
TRIAL_QUEUE = "housekeeping"  # frames of tasks do not wait for it


class SceneToCheck(msgspec.Struct, forbid_unknown_fields=True):
    """As the parameters of a task are called: attachments in time order, or one scene file."""

    attachments: list[str]
    attachment_type: Literal["json", "protobuf", "sensor_fusion"] = "json"
    meters_per_unit: float = 1.0


class TrialFailure(msgspec.Struct, frozen=True):
    """A frame that does not come; `frame` is null where it is the scene file, or our own trouble.

    `url` and `status_code` are of the file that failed, which may be an image of the frame.
    """

    frame: int | None
    message: str
    url: str | None
    status_code: int | None


def scene_order(given: SceneToCheck) -> SceneOrder:
    """What ingest would be asked for.

    Raises:
        InvalidRequest, InvalidParameter: as of a task, naming the first thing that is wrong.
    """
    check_attachments(given.attachments)
    is_file = given.attachment_type == SCENE_FILE
    if is_file and len(given.attachments) != 1:
        raise InvalidParameter("attachments", "must contain 1 items")
    checks.bounded("meters_per_unit", given.meters_per_unit)
    return SceneOrder(given.attachments, given.meters_per_unit, DEFAULT_FRAMES_PER_SECOND, is_file)
