"""What the page of a delivered task and the server say to each other (JSON under /app)."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from groundplane.annotations.kinds import Uuid
from groundplane.tasks.amendments import Opinion


class OpenFix(msgspec.Struct, frozen=True):
    """A fix that is not delivered yet. `by` is who began it, or has it open now.

    `mine` when that is the asking person; `is_handed_in` while it is on its way to the customer.
    """

    by: str
    since: datetime
    mine: bool
    is_handed_in: bool


class GivenAudit(msgspec.Struct, frozen=True):
    """What somebody thought of the task; `source` is customer, or scale for whoever labels."""

    by: str
    at: datetime
    result: str
    source: str
    comment: str | None


class AfterDelivery(msgspec.Struct, frozen=True):
    """What became of a completed task, and what may be done with it.

    `has_labels`: it was labeled here, so it can be fixed and sent back. `audits` are the newest
    first; `prior_urls` of the answers that were replaced, the oldest first, for managers.
    """

    has_labels: bool
    fix: OpenFix | None
    review_status: str | None
    audits: Sequence[GivenAudit]
    prior_urls: Sequence[str]


class GivenOpinion(msgspec.Struct, forbid_unknown_fields=True):
    opinion: Opinion
    comment: str | None = None


class Begun(msgspec.Struct, frozen=True):
    begun: bool


class FixHandedIn(msgspec.Struct, forbid_unknown_fields=True):
    """`seq` is what the person has before the eyes: nothing else is delivered."""

    lease_id: Uuid
    fence: int
    seq: int
    comment: str | None = None


class Discarded(msgspec.Struct, frozen=True):
    discarded: bool


class Recall(msgspec.Struct, forbid_unknown_fields=True):
    """`comment` says what is to be changed."""

    comment: str


class Recalled(msgspec.Struct, frozen=True):
    recalled: bool
