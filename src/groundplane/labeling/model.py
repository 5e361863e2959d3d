"""What the workstation and the server say to each other (JSON under /app)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, get_args

import msgspec

from groundplane.annotations.document import StoredPart
from groundplane.annotations.edits import SentChange, Transaction
from groundplane.annotations.kinds import Uuid
from groundplane.annotations.taxonomy import StageConfig
from groundplane.labeling.queue_model import Review
from groundplane.scenes.model import Scene
from groundplane.tasks.lifecycle import State

# The editor's checks, web/src/app/editor/workChecks.ts.
CheckName = Literal[
    "overlap",
    "no_points",
    "cut",
    "off_ground",
    "size_drift",
    "speed_jump",
    "turn_jump",
    "backwards",
    "unlabeled",
]
Severity = Literal["off", "warning", "must_fix"]
CHECKS: tuple[CheckName, ...] = get_args(CheckName)


class Lease(msgspec.Struct, frozen=True):
    """Who works on a task; `mine` when it is the asking person, in whatever window.

    `fence` grows with every claim: a window whose own is smaller has lost the task.
    """

    holder: str | None
    mine: bool
    fence: int


class Picture(msgspec.Struct, frozen=True):
    """A picture of an instruction: where we serve it, or why it could not be fetched."""

    address: str | None
    error: str | None


class Instructions(msgspec.Struct, frozen=True):
    """What the customer wrote for the labeler, as markdown.

    `pictures` are by the address that the text names them with; one that is missing is on its
    way. `label_guides` is what the text says about single labels, as markdown. A document of a
    host in `embed_hosts` may be shown in a frame.
    """

    text: str
    pictures: dict[str, Picture]
    label_guides: dict[str, str]
    embed_hosts: Sequence[str]


class InstructionsSeen(msgspec.Struct, forbid_unknown_fields=True):
    """The text that a person has before the eyes."""

    text: str


class Noted(msgspec.Struct, frozen=True):
    noted: bool


class Work(msgspec.Struct, frozen=True):
    """All that an editor needs to open a task.

    `urls` gives the address of every blob that `scene` names by its sha256. `seq` is the sequence
    number that `parts` are the document of. `checks` says what each means here. `takes_edits`: see
    News. `in_review`: it was handed in, and edits now are a reviewer's. `fixing`: it was delivered,
    and edits now are a fix, on top of the revision `delivered_seq`. `reviews` are the verdicts
    before, the newest first. `is_demo`: the scene is there to learn on.
    """

    task_id: str
    type: str
    state: State
    project: str | None
    instructions: Instructions | None
    config: StageConfig
    checks: dict[CheckName, Severity]
    scene: Scene
    urls: dict[str, str]
    document_id: str
    seq: int
    parts: Sequence[StoredPart]
    lease: Lease
    takes_edits: bool
    in_review: bool
    fixing: bool
    delivered_seq: int | None
    reviews: Sequence[Review]
    is_demo: bool


class Claim(msgspec.Struct, forbid_unknown_fields=True):
    """`client_id` names the window: the same one gets its own lease back after a reload.

    `person_id` says whose window it is; it is refused when somebody else is signed in by now.
    """

    client_id: Uuid
    person_id: str | None = None
    take_over: bool = False


class LeaseKey(msgspec.Struct, forbid_unknown_fields=True):
    lease_id: Uuid
    fence: int


class ClaimedLease(msgspec.Struct, frozen=True):
    """To be renewed well before `expires_at`; every write carries `lease_id` and `fence`."""

    lease_id: str
    fence: int
    expires_at: datetime
    holder: str


class Released(msgspec.Struct, frozen=True):
    released: bool


class SentTransactions(msgspec.Struct, forbid_unknown_fields=True):
    lease_id: Uuid
    fence: int
    transactions: list[Transaction]


class Acknowledged(msgspec.Struct, frozen=True, tag_field="outcome", tag="accepted"):
    """The transaction is durable as number `seq` of the log; also when it was so before."""

    op_id: str
    seq: int


class Refused(msgspec.Struct, frozen=True, tag_field="outcome", tag="refused"):
    """The transaction changed nothing; `parts` are what its objects hold now."""

    op_id: str
    refused: str
    parts: Sequence[StoredPart]


class Received(msgspec.Struct, frozen=True):
    results: Sequence[Acknowledged | Refused]
    seq: int


class LoggedTransaction(msgspec.Struct, frozen=True):
    op_id: str
    seq: int
    actor: str
    at: datetime
    changes: Sequence[SentChange]


class Present(msgspec.Struct, frozen=True):
    """A person who has the task open in so many windows; `mine` when it is the asking one."""

    name: str
    windows: int
    mine: bool


class OpenWindow(msgspec.Struct, forbid_unknown_fields=True):
    window: Uuid


class Left(msgspec.Struct, frozen=True):
    left: bool


class News(msgspec.Struct, frozen=True):
    """What happened after a sequence number; `seq` is where to ask on from.

    `takes_edits` is false once the task was handed in (for who is no reviewer), completed (and
    nobody fixes it) or canceled: no lease will be given for it, and what was not sent before never
    becomes part of the document. `in_review`: see Work.
    """

    transactions: Sequence[LoggedTransaction]
    seq: int
    state: State
    lease: Lease
    takes_edits: bool
    in_review: bool
    people: Sequence[Present]


class History(msgspec.Struct, frozen=True):
    """A page of the log, the newest first; `more` when there are older ones."""

    transactions: Sequence[LoggedTransaction]
    more: bool


class Revision(msgspec.Struct, frozen=True):
    """The document as it was after transaction `seq`."""

    seq: int
    parts: Sequence[StoredPart]


class AskedOps(msgspec.Struct, forbid_unknown_fields=True):
    op_ids: list[Uuid]


class KnownOps(msgspec.Struct, frozen=True):
    """Those of the asked transactions that are in the log; the others are not."""

    known: Sequence[Acknowledged]


class Submission(msgspec.Struct, forbid_unknown_fields=True):
    """`seq` is what the labeler has before the eyes: nothing else is submitted."""

    lease_id: Uuid
    fence: int
    seq: int


class Submitted(msgspec.Struct, frozen=True):
    revision: int
