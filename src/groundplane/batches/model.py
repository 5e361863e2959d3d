"""A batch as the wire shows it, and what a request may say of one (Scale's docs, "Batches")."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec import UNSET, UnsetType

from groundplane.errors import InvalidParameter
from groundplane.projects.model import check_name
from groundplane.wire import bodies
from groundplane.wire.checks import check_callback_url, check_metadata
from groundplane.wire.values import JSON


class Status(StrEnum):
    """STAGING: not finalized yet. COMPLETED: it has tasks, and none is pending."""

    STAGING = "staging"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"


class NewBatch(msgspec.Struct, kw_only=True):
    """A request to create one; an empty callback counts as absent, as null does."""

    project: str
    name: str
    callback: str | None = None
    calibration_batch: bool = False
    self_label_batch: bool = False
    metadata: dict[str, object] = {}


class PublicBatch(msgspec.Struct, kw_only=True):
    """A batch as every /v1 answer and callback shows it; what is UNSET has no key at all."""

    id: str
    project: str
    name: str
    status: Status
    callback: str | UnsetType = UNSET
    calibration_batch: bool
    self_label_batch: bool
    metadata: msgspec.Raw
    created_at: str
    completed_at: str | UnsetType = UNSET
    last_audited_at: str | UnsetType = UNSET
    archived: bool


class BatchFilter(msgspec.Struct, frozen=True, kw_only=True):
    """All are ANDed; None asks nothing. Bounds of time are inclusive."""

    created_from: datetime | None = None
    created_to: datetime | None = None
    completed_from: datetime | None = None
    completed_to: datetime | None = None
    audited_from: datetime | None = None
    audited_to: datetime | None = None
    status: Status | None = None
    project: str | None = None
    exclude_archived: bool = False

    def parameters(self) -> dict[str, object]:
        return {
            "created_from": self.created_from,
            "created_to": self.created_to,
            "completed_from": self.completed_from,
            "completed_to": self.completed_to,
            "audited_from": self.audited_from,
            "audited_to": self.audited_to,
            "status": None if self.status is None else self.status.value,
            "project": self.project,
            "exclude_archived": self.exclude_archived,
        }


def read_new(given: Mapping[str, JSON], *, from_form: bool) -> NewBatch:
    """A creation body, checked.

    Raises:
        InvalidParameter: naming the first thing that is wrong.
    """
    present = {name: value for name, value in given.items() if name != "callback" or value}
    new = bodies.convert(present, NewBatch, from_form=from_form)
    check_name("name", new.name)
    if new.callback is not None:
        check_callback_url("callback", new.callback)
    check_metadata(new.metadata)
    return new


def read_status(text: str) -> Status:
    """Raises InvalidParameter: no batch is ever so."""
    try:
        return Status(text)
    except ValueError:
        raise InvalidParameter("status", f"must be one of [{', '.join(Status)}]") from None
