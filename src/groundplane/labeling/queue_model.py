"""What the pages of queue and review and the server say to each other (JSON under /app)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from groundplane.annotations.kinds import Uuid

Kind = Literal["label", "review"]
HeldKind = Literal["label", "review", "fix"]
VerdictWord = Literal["accepted", "fixed", "returned"]
PastVerdict = Literal["accepted", "fixed", "returned", "recalled"]


class Waiting(msgspec.Struct, frozen=True):
    """How many tasks of a project and batch (None: of none) the asking person may be given."""

    project: str | None
    batch: str | None
    tasks: int


class Held(msgspec.Struct, frozen=True):
    """A task that the asking person has begun or was given; `comment` is why it came back."""

    task_id: str
    unique_id: str | None
    project: str | None
    batch: str | None
    type: str
    kind: HeldKind
    since: datetime
    comment: str | None


class WorkQueue(msgspec.Struct, frozen=True):
    """What waits for the asking person, and what they have at hand."""

    waiting: Sequence[Waiting]
    held: Sequence[Held]


class InReview(msgspec.Struct, frozen=True):
    """Work that waits for a verdict; `reviewer` looks at it now."""

    task_id: str
    unique_id: str | None
    project: str | None
    batch: str | None
    labeled_by: str
    submitted_at: datetime
    reviewer: str | None


class ReviewQueue(msgspec.Struct, frozen=True):
    """`waiting` is what the asking person may be given; `in_review` also their own work."""

    waiting: Sequence[Waiting]
    held: Sequence[Held]
    in_review: Sequence[InReview]


class Given(msgspec.Struct, frozen=True):
    """The task that was reserved for the asking person; None: nothing waits."""

    task_id: str | None


class Assignment(msgspec.Struct, forbid_unknown_fields=True):
    """For whom a task is kept; None: for whoever comes next."""

    person_id: str | None


class Assigned(msgspec.Struct, frozen=True):
    assigned: bool


class Verdict(msgspec.Struct, forbid_unknown_fields=True):
    """`seq` is what the reviewer has before the eyes; a return says why in `comment`."""

    lease_id: Uuid
    fence: int
    seq: int
    accepted: bool
    comment: str | None = None


class Judged(msgspec.Struct, frozen=True):
    verdict: VerdictWord


class Review(msgspec.Struct, frozen=True):
    """A verdict on a task before it was delivered, or what brought it back afterwards."""

    verdict: PastVerdict
    comment: str | None
    reviewed_by: str
    reviewed_at: datetime


class ReviewRule(msgspec.Struct, frozen=True):
    """Whether the work of a project (None: of tasks without one) is reviewed before delivery."""

    project: str | None
    reviewed: bool


class ReviewRules(msgspec.Struct, frozen=True):
    rules: Sequence[ReviewRule]
