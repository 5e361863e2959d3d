"""From the pre-labels that a task names to the parts of the document it begins with."""

import msgspec

from groundplane.annotations.document import StoredPart
from groundplane.errors import AttachmentUnreadable, FetchFailed, FetchRefused, InvalidParameter
from groundplane.jobs.child import ChildCrashed, ChildTimeout
from groundplane.jobs.context import Context
from groundplane.scenes.model import Scene
from groundplane.storage.database import Tenant
from groundplane.tasks.arrivals import fetch_patiently
from groundplane.tasks.ingest import FRAME_LIMITS, FrameUnreadable, sentence_for
from groundplane.tasks.model import FrameFailure
from groundplane.tasks.queries import TaskRow
from groundplane.tasks.types import task_type
from groundplane.tasks.types.prelabels import AT, address_of
from groundplane.wire.values import JSON

READ_WITHIN_S = 120.0

_decode_parts = msgspec.json.Decoder(list[StoredPart]).decode


async def read_prelabels(
    context: Context, tenant: Tenant, task: TaskRow, scene: Scene
) -> list[StoredPart]:
    """The parts; none when the task has no pre-labels. Holds no transaction.

    Raises:
        FrameUnreadable: the file will not come, or the pre-labels do not fit the task.
        GroundplaneError: our own trouble; try again later.
    """
    kind = task_type(task.type)
    given = kind.prelabels(kind.accepted(task.params_zstd))
    if given is None or kind.work is None:
        return []
    url, status = address_of(given), None
    if url is None:
        content = msgspec.json.encode(given)
    else:
        try:
            fetched = await fetch_patiently(context, tenant, url, FRAME_LIMITS)
        except (FetchFailed, FetchRefused) as error:
            code = error.status if isinstance(error, FetchFailed) else None
            raise FrameUnreadable(FrameFailure(f"{AT}: {error}", url, code, True)) from error
        content, status = fetched.content, fetched.status
    try:
        parts = await context.child.run(
            begun,
            task.type,
            task.params_zstd,
            msgspec.json.encode(scene),
            content,
            timeout_s=READ_WITHIN_S,
        )
    except (AttachmentUnreadable, ChildTimeout, ChildCrashed) as error:
        sentence = sentence_for(context, error)
        raise FrameUnreadable(FrameFailure(sentence, url or AT, status, False)) from error
    return _decode_parts(parts)


def begun(type_name: str, params_zstd: bytes, scene: bytes, annotations: bytes) -> bytes:
    """JSON of the parts; runs in the child process.

    Raises:
        AttachmentUnreadable: says what does not fit, and where.
    """
    kind = task_type(type_name)
    assert kind.work is not None, "it was asked before"
    params = kind.accepted(params_zstd)
    try:
        given: JSON = msgspec.json.decode(annotations)
    except msgspec.DecodeError as error:
        raise AttachmentUnreadable(f"{AT}: Invalid JSON Format: {error}.") from error
    try:
        parts = kind.work.begin(params, msgspec.json.decode(scene, type=Scene), given)
    except InvalidParameter as error:
        raise AttachmentUnreadable(str(error)) from error
    return msgspec.json.encode(parts)
