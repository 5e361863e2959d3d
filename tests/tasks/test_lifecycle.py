import pytest

from groundplane.errors import IllegalTransition
from groundplane.tasks.lifecycle import (
    CALLED_BACK,
    PUBLIC_STATUS,
    TRANSITIONS,
    Event,
    State,
    advance,
)

REFUSED = [(s, e) for s in State for e in Event if (s, e) not in TRANSITIONS]
STARTED = {State.IN_PROGRESS, State.IN_REVIEW}


@pytest.mark.parametrize(("state", "event"), REFUSED)
def test_every_pair_off_the_table_is_refused(state: State, event: Event) -> None:
    with pytest.raises(IllegalTransition):
        advance(state, event)


def test_the_table_is_this_one() -> None:
    assert {(s.value, e.value, to.value) for (s, e), to in TRANSITIONS.items()} == {
        ("created", "planned", "ingesting"),
        ("created", "unreadable", "error"),
        ("created", "answered", "completed"),
        ("created", "canceled", "canceled"),
        ("ingesting", "ingested", "ready"),
        ("ingesting", "unreadable", "error"),
        ("ingesting", "canceled", "canceled"),
        ("ready", "started", "in_progress"),
        ("ready", "canceled", "canceled"),
        ("in_progress", "submitted", "in_review"),
        ("in_progress", "finished", "completed"),
        ("in_review", "returned", "in_progress"),
        ("in_review", "approved", "completed"),
        ("completed", "recalled", "in_progress"),
        ("completed", "audited", "completed"),
        ("error", "canceled", "canceled"),
    }


def test_advance_follows_the_table() -> None:
    assert all(advance(state, event) is to for (state, event), to in TRANSITIONS.items())


def test_every_state_can_be_reached() -> None:
    reached = {State.CREATED}
    while grown := {to for (s, _), to in TRANSITIONS.items() if s in reached} - reached:
        reached |= grown
    assert reached == set(State)


def test_every_state_has_one_of_the_four_public_words() -> None:
    assert set(PUBLIC_STATUS) == set(State)
    assert set(PUBLIC_STATUS.values()) == {"pending", "completed", "canceled", "error"}


def test_a_canceled_task_stays_canceled() -> None:
    assert not [event for state, event in TRANSITIONS if state is State.CANCELED]


def test_only_a_recall_takes_completed_work_back_and_it_can_be_completed_again() -> None:
    out = {e: to for (s, e), to in TRANSITIONS.items() if s is State.COMPLETED and to is not s}
    assert out == {Event.RECALLED: State.IN_PROGRESS}
    assert PUBLIC_STATUS[State.IN_PROGRESS] == "pending"
    assert advance(State.IN_PROGRESS, Event.FINISHED) is State.COMPLETED


def test_a_started_task_cannot_be_canceled() -> None:
    assert not [s for s, e in TRANSITIONS if e is Event.CANCELED and s in STARTED]


def test_a_cancellation_is_not_called_back_and_every_end_of_work_is() -> None:
    ends = {e for (_, e), to in TRANSITIONS.items() if to in (State.COMPLETED, State.ERROR)}
    assert ends | {Event.RECALLED} == CALLED_BACK
