"""A task as the wire shows it (api.md 2.1), and the parameters that every type shares (4)."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import cast

import msgspec
import zstandard
from msgspec import UNSET, UnsetType

from groundplane.errors import InvalidParameter, InvalidRequest
from groundplane.wire import bodies
from groundplane.wire.checks import (
    MOST_URL_CHARACTERS,
    check_callback_url,
    check_length,
    check_metadata,
)
from groundplane.wire.values import JSON

# The scene that a new instance offers; tasks made of it again have a number behind it.
DEMO_UNIQUE_ID = "groundplane-demo"
MOST_TAGS = 5
MOST_TAG_CHARACTERS = 512  # as of a unique_id: tags are in an index too
MOST_COMMENT_CHARACTERS = 10_000
MOST_UNIQUE_ID_CHARACTERS = 512  # an index entry of PostgreSQL must stay under 2,704 bytes
MOST_ATTACHMENTS = 5_000
SCHEMES = ("http://", "https://", "s3://", "gs://", "file://", "scaledata://")
PRIORITIES = (0, 10, 20, 30)  # 0 is how an unset priority is shown


class Common(msgspec.Struct):
    """The parameters of every task type; the rest are the type's own."""

    project: str | None = None
    batch: str | None = None
    instruction: str | None = None
    callback_url: str | None = None
    metadata: dict[str, object] = {}
    priority: int = 0
    unique_id: str | int | float | None = None
    clear_unique_id_on_error: bool = False
    tags: list[str] = []
    # Two spellings of one thing: from which version of the project's parameters a task inherits.
    project_version: int | None = None
    project_param_version: int | None = None


CUSTOMER = "customer"  # as the source of an audit; "scale" is whoever labels
COMMON_NAMES = frozenset(Common.__struct_fields__)


class KeptAudit(msgspec.Struct, kw_only=True):
    """An audit as its task keeps it.

    Attributes:
        seq: of the task's event that told of it; 0 of a review before the delivery.
        comment: what the customer wrote, shown apart from the audit.
        api_key: names the key that it was made with, for our own pages; on the wire an audit is
            a person's (Scale's docs, "Task audits").
    """

    seq: int
    audited_by: str
    audited_at: datetime
    audit_time_secs: int
    audit_active_time_secs: int | UnsetType = UNSET
    audit_result: str
    audit_source: str
    comment: str | None = None
    api_key: str | None = None


class Audit(msgspec.Struct, kw_only=True):
    """Who judged a finished task, and how (Scale's docs, "Task audits")."""

    audited_by: str
    audited_at: str
    audit_time_secs: int
    audit_active_time_secs: int | UnsetType = UNSET
    audit_result: str
    audit_source: str


class PublicTask(msgspec.Struct, kw_only=True):
    """A task as every /v1 answer and callback shows it; what is UNSET has no key at all."""

    task_id: str
    created_at: str
    updated_at: str
    completed_at: str | UnsetType = UNSET
    type: str
    status: str
    instruction: str | UnsetType = UNSET
    is_test: bool
    urgency: str
    priority: int
    project: str | UnsetType = UNSET
    project_id: str | UnsetType = msgspec.field(name="projectId", default=UNSET)
    batch: str | UnsetType = UNSET
    project_param_version: int | UnsetType = UNSET
    params: msgspec.Raw
    dependents: msgspec.Raw | UnsetType = UNSET
    metadata: msgspec.Raw
    callback_url: str | UnsetType = UNSET
    callback_succeeded: bool | UnsetType = UNSET
    callback_completed: bool | UnsetType = UNSET
    work_started: bool
    processed_attachments: Sequence[str]
    response: msgspec.Raw | UnsetType = UNSET
    audits: list[Audit] | UnsetType = UNSET
    customer_review_status: str | UnsetType = UNSET
    customer_review_comments: list[str] | UnsetType = UNSET
    prior_responses: list[msgspec.Raw] | UnsetType = UNSET
    tags: list[str] | UnsetType = UNSET
    unique_id: str | UnsetType = UNSET
    attachment_downloads: list[dict[str, object]] | UnsetType = msgspec.field(
        name="attachmentS3Downloads", default=UNSET
    )


class TaskSummary(msgspec.Struct, kw_only=True):
    """What `limited_response` leaves of a task (api.md 3.1.3)."""

    task_id: str
    status: str
    metadata: msgspec.Raw
    project: str | UnsetType = UNSET


def read_common(
    given: Mapping[str, JSON], *, from_form: bool, required: Sequence[str] = ()
) -> Common:
    """The shared parameters, checked.

    Args:
        given: the body.
        from_form: whether all its values are text.
        required: those that the type of the task cannot do without; a batch names the project.

    Raises:
        InvalidParameter: naming the first that is wrong.
    """
    common = bodies.convert(
        {name: value for name, value in given.items() if name in COMMON_NAMES},
        Common,
        from_form=from_form,
    )
    for name in required:
        if not getattr(common, name) and not (name == "project" and common.batch):
            raise InvalidParameter(name, "is required")
    if common.callback_url is not None:
        check_callback_url("callback_url", common.callback_url)
    check_metadata(common.metadata)
    if common.priority not in PRIORITIES:
        raise InvalidParameter("priority", "must be one of [10, 20, 30]")
    check_tags(common.tags)
    if common.unique_id is not None:
        common.unique_id = check_unique_id(common.unique_id)
    return common


def is_demo(unique_id: str | None) -> bool:
    """Whether a task is of the demo scene: a place to learn, of which nothing is secret."""
    return unique_id is not None and (
        unique_id == DEMO_UNIQUE_ID or unique_id.startswith(f"{DEMO_UNIQUE_ID}-")
    )


def check_tags(tags: Sequence[str]) -> None:
    """Raises InvalidParameter: more than five, or one that is empty or too long."""
    if len(tags) > MOST_TAGS:
        raise InvalidParameter("tags", f"must contain less than or equal to {MOST_TAGS} items")
    check_each_tag(tags)


def check_each_tag(tags: Sequence[str]) -> None:
    """Raises InvalidParameter: one is empty or too long."""
    for index, tag in enumerate(tags):
        if not tag:
            raise InvalidParameter(f"tags.{index}", "is not allowed to be empty")
        check_length(f"tags.{index}", tag, MOST_TAG_CHARACTERS)


def check_unique_id(unique_id: str | float) -> str:
    """Numbers become strings (api.md 1.5). Raises InvalidParameter: it is empty or too long."""
    text = unique_id if isinstance(unique_id, str) else msgspec.json.encode(unique_id).decode()
    if not text:
        raise InvalidParameter("unique_id", "is not allowed to be empty")
    check_length("unique_id", text, MOST_UNIQUE_ID_CHARACTERS)
    return text


def check_distinct(defs: Sequence[Mapping[str, object]]) -> None:
    """Dependents are made of one task, so what they name twice can only be had by one of them.

    Args:
        defs: the task's dependents, which may have dependents of their own.

    Raises:
        InvalidParameter: naming the first unique_id that is there a second time.
    """
    seen: set[str] = set()
    for path, given in _unique_ids(defs):
        if given in seen:
            raise InvalidParameter(path, "is there more than once")
        seen.add(given)


def _unique_ids(defs: Sequence[Mapping[str, object]]) -> Iterator[tuple[str, str]]:
    """Where each is; definitions that are none are refused where they are read."""
    for index, one in enumerate(defs):
        path, given = f"dependents.defs.{index}", one.get("unique_id")
        if isinstance(given, str | int | float):
            yield f"{path}.unique_id", check_unique_id(given)
        inner = one.get("dependents")
        own = cast("Mapping[str, object]", inner).get("defs") if isinstance(inner, dict) else None
        if isinstance(own, list):
            deeper = [d for d in cast("list[Mapping[str, object]]", own) if isinstance(d, dict)]
            for where, found in _unique_ids(deeper):
                yield f"{path}.{where}", found


def check_attachments(urls: Sequence[str]) -> None:
    """What every type with `attachments` asks of them.

    Raises:
        InvalidRequest: there are none.
        InvalidParameter: one is no address that we can fetch.
    """
    if not urls:
        raise InvalidRequest("Please include an attachment or attachments parameter.")
    if len(urls) > MOST_ATTACHMENTS:
        raise InvalidParameter(
            "attachments", f"must contain less than or equal to {MOST_ATTACHMENTS} items"
        )
    for index, url in enumerate(urls):
        check_url(f"attachments.{index}", url)


def check_url(path: str, url: str) -> None:
    """Raises InvalidParameter: it is no address that we can fetch."""
    if not url.lower().startswith(SCHEMES):
        raise InvalidParameter(path, "must be an http, https, s3, gs, file or scaledata URL")
    check_length(path, url, MOST_URL_CHARACTERS)


class _Codec(threading.local):
    """Making these costs more than using them, and no two threads may use one at a time."""

    def __init__(self) -> None:
        self.pack = zstandard.ZstdCompressor().compress
        self.unpack = zstandard.ZstdDecompressor().decompress


_CODEC = _Codec()


def pack_params(params: Mapping[str, JSON]) -> bytes:
    return _CODEC.pack(msgspec.json.encode(params))


def unpack_params(params_zstd: bytes) -> bytes:
    """The JSON text that pack_params made."""
    return _CODEC.unpack(params_zstd)


def params_bytes(params_zstd: bytes) -> int:
    """How long unpack_params would make it; what we packed says so at its beginning."""
    return zstandard.frame_content_size(params_zstd)


class FrameFailure(msgspec.Struct, frozen=True):
    """Why a frame is missing: the `error` of a scene_frame row.

    `is_download` says that the attachment itself did not come; `url` and `status_code` are of the
    file that failed, which may be an image that the frame names.
    """

    message: str
    url: str
    status_code: int | None
    is_download: bool
