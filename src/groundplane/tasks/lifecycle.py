"""The life of a task: one table, and nothing else decides a state.

                 plan               ingest             start
    created ────────────▶ ingesting ──────▶ ready ──────────▶ in_progress ◀───┐
       │ │ unreadable         │ unreadable    │                 │   │  ▲       │ recall
       │ └──────────▶ error ◀─┘               │          submit │   │  │ return│
       │ answer          │ cancel             │ cancel          ▼   │  │       │
       │                 ▼                    │          in_review──┼──┘       │
       │             canceled ◀───────────────┘                 │   │ finish   │
       │                 ▲ cancel (created, ingesting)   approve │   ▼          │
       └─────────────────┴──────────────────────────────────────▶ completed ──┘
                                                                  ▲      │
                                                                  └──────┘ audit

The wire knows four of these (PUBLIC_STATUS, api.md 2.2). A started task cannot be canceled.
"""

from enum import StrEnum

from groundplane.errors import IllegalTransition


class State(StrEnum):
    CREATED = "created"
    INGESTING = "ingesting"
    READY = "ready"
    IN_PROGRESS = "in_progress"
    IN_REVIEW = "in_review"
    COMPLETED = "completed"
    ERROR = "error"
    CANCELED = "canceled"


class Event(StrEnum):
    """What moves a task; the word is kept in task_event and read in `IllegalTransition`."""

    PLANNED = "planned"
    INGESTED = "ingested"
    UNREADABLE = "unreadable"
    ANSWERED = "answered"  # test mode: an answer at once, from nobody
    STARTED = "started"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    FINISHED = "finished"
    RECALLED = "recalled"
    AUDITED = "audited"  # by the customer; the state stays
    CANCELED = "canceled"


TRANSITIONS: dict[tuple[State, Event], State] = {
    (State.CREATED, Event.PLANNED): State.INGESTING,
    (State.CREATED, Event.UNREADABLE): State.ERROR,
    (State.CREATED, Event.ANSWERED): State.COMPLETED,
    (State.CREATED, Event.CANCELED): State.CANCELED,
    (State.INGESTING, Event.INGESTED): State.READY,
    (State.INGESTING, Event.UNREADABLE): State.ERROR,
    (State.INGESTING, Event.CANCELED): State.CANCELED,
    (State.READY, Event.STARTED): State.IN_PROGRESS,
    (State.READY, Event.CANCELED): State.CANCELED,
    (State.IN_PROGRESS, Event.SUBMITTED): State.IN_REVIEW,
    (State.IN_PROGRESS, Event.FINISHED): State.COMPLETED,
    (State.IN_REVIEW, Event.RETURNED): State.IN_PROGRESS,
    (State.IN_REVIEW, Event.APPROVED): State.COMPLETED,
    (State.COMPLETED, Event.RECALLED): State.IN_PROGRESS,
    (State.COMPLETED, Event.AUDITED): State.COMPLETED,
    (State.ERROR, Event.CANCELED): State.CANCELED,
}

PUBLIC_STATUS: dict[State, str] = {
    State.CREATED: "pending",
    State.INGESTING: "pending",
    State.READY: "pending",
    State.IN_PROGRESS: "pending",
    State.IN_REVIEW: "pending",
    State.COMPLETED: "completed",
    State.ERROR: "error",
    State.CANCELED: "canceled",
}

# What a customer is called back for (api.md 6.1); a cancellation is the customer's own doing.
CALLED_BACK = frozenset(
    {
        Event.UNREADABLE,
        Event.ANSWERED,
        Event.APPROVED,
        Event.FINISHED,
        Event.RECALLED,
        Event.AUDITED,
    }
)


def advance(state: State, event: Event) -> State:
    """Raises IllegalTransition: the table has no such row."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise IllegalTransition(state.value, event.value) from None


def allows(state: State, event: Event) -> bool:
    return (state, event) in TRANSITIONS
