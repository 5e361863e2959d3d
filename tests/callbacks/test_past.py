"""A task as any of its events left it, however late that is asked."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from groundplane.callbacks.past import ANSWERING, NO_RESPONSES, as_of
from groundplane.callbacks.queries import EventRow
from groundplane.tasks.lifecycle import CALLED_BACK, TRANSITIONS, Event, State
from groundplane.tasks.model import CUSTOMER, KeptAudit
from groundplane.tasks.queries import EventRow as TaskEventRow
from groundplane.tasks.queries import TaskRow

BEGAN = datetime(2026, 1, 2, tzinfo=UTC)
OPINIONS = ("accepted", "rejected", "commented", "fixed")
NEW = TaskRow(
    account_id="a" * 24,
    mode="live",
    task_id="b" * 24,
    type="lidarannotation",
    state="created",
    project_id=None,
    project=None,
    batch=None,
    created_at=BEGAN,
    updated_at=BEGAN,
    completed_at=None,
    unique_id=None,
    clear_unique_id_on_error=False,
    priority=0,
    instruction=None,
    callback_url=None,
    metadata="{}",
    tags=[],
    work_started=False,
    callback_succeeded=None,
    response=None,
    audits="[]",
    customer_review_status=None,
    prior_responses="[]",
    project_param_version=None,
    params_zstd=b"",
    dependents=None,
)


@dataclass
class Life:
    """A task that moves as the database moves it, with the row after each event."""

    row: TaskRow = NEW
    moves: list[TaskEventRow] = field(default_factory=list[TaskEventRow])
    rows: list[TaskRow] = field(default_factory=list[TaskRow])

    def go(self, event: Event, opinion: str) -> None:
        state = State(self.row.state)
        to = TRANSITIONS[state, event]
        seq = len(self.moves) + 2  # the first event is that of the creation
        at = BEGAN + timedelta(seconds=seq)
        self.moves.append(TaskEventRow(seq, event.value, state.value, to.value, at))
        row = replace(self.row, state=to.value, updated_at=at)
        answer = event in ANSWERING or (event is Event.AUDITED and opinion == "fixed")
        if event is Event.AUDITED:
            row = _judged(row, seq, at, opinion)
        elif to is State.COMPLETED:
            row = replace(row, completed_at=at)
        if event is Event.RECALLED:
            row = replace(_put_by(row), completed_at=None, customer_review_status=None)
        elif answer:
            row = replace(_put_by(row), response=f'{{"n":{seq}}}')
        self.row = row
        self.rows.append(row)


def _judged(row: TaskRow, seq: int, at: datetime, opinion: str) -> TaskRow:
    audit = KeptAudit(
        seq=seq,
        audited_by="a@b.example",
        audited_at=at,
        audit_time_secs=0,
        audit_result=opinion,
        audit_source=CUSTOMER,
    )
    before = msgspec.json.decode(row.audits, type=list[KeptAudit])
    audits = msgspec.json.encode([audit, *before]).decode()
    return replace(row, audits=audits, customer_review_status=opinion)


def _put_by(row: TaskRow) -> TaskRow:
    if row.response is None:
        return row
    prior = msgspec.json.decode(row.prior_responses, type=list[msgspec.Raw])
    prior.append(msgspec.Raw(row.response.encode()))
    return replace(row, response=None, prior_responses=msgspec.json.encode(prior).decode())


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(OPINIONS)), max_size=25))
def test_each_event_is_told_as_it_was_then(steps: list[tuple[int, str]]) -> None:
    life = Life()
    for choice, opinion in steps:
        may = [event for state, event in TRANSITIONS if state == life.row.state]
        if not may:
            break
        life.go(may[choice % len(may)], opinion)
    for move, then in zip(life.moves, life.rows, strict=True):
        event = EventRow(NEW.task_id, move.seq, move.event, move.to_state, move.at)
        moves = life.moves if life.row.prior_responses != NO_RESPONSES else []
        told = as_of(event, life.row, moves)
        if move.event in CALLED_BACK:
            assert told == then
