"""A task as one of its events left it, though it may have moved on before that was noticed."""

from collections.abc import Sequence

import msgspec

from groundplane.callbacks.queries import EventRow
from groundplane.tasks.lifecycle import Event, State
from groundplane.tasks.model import CUSTOMER, KeptAudit
from groundplane.tasks.operations import kept_audits
from groundplane.tasks.queries import EventRow as TaskEventRow
from groundplane.tasks.queries import TaskRow

ANSWERING = frozenset({Event.UNREADABLE, Event.ANSWERED, Event.FINISHED, Event.APPROVED})
NO_RESPONSES = "[]"


def as_of(event: EventRow, row: TaskRow, moves: Sequence[TaskEventRow]) -> TaskRow:
    """The row as it was right after the event.

    Args:
        event: one of the task.
        row: the task now.
        moves: all its events in order; none will do while no response was ever replaced.
    """
    until = [one for one in moves or [event] if one.seq <= event.seq]
    completed = [
        one.at for one in until if one.to_state == State.COMPLETED and one.event != Event.AUDITED
    ]
    completed_at = completed[-1] if completed else row.completed_at
    recalled_seq = max((one.seq for one in until if one.event == Event.RECALLED), default=0)
    audits = [audit for audit in kept_audits(row) if audit.seq <= event.seq]
    response, prior_responses = _responses(event, row, moves)
    return msgspec.structs.replace(
        row,
        state=event.to_state,
        updated_at=event.at,
        completed_at=completed_at if event.to_state == State.COMPLETED else None,
        audits=msgspec.json.encode(audits).decode(),
        customer_review_status=_status(audits, recalled_seq),
        response=response,
        prior_responses=prior_responses,
    )


def _status(audits: Sequence[KeptAudit], recalled_seq: int) -> str | None:
    """What the customer says of the present response; a recall begins a new one."""
    for audit in audits:
        if audit.audit_source == CUSTOMER:
            return audit.audit_result if audit.seq >= recalled_seq else None
    return None


def _responses(
    event: EventRow, row: TaskRow, moves: Sequence[TaskEventRow]
) -> tuple[str | None, str]:
    """The response and the prior ones: all that there are now but those that came later."""
    if not moves:
        return row.response, row.prior_responses
    fixes = {one.seq for one in kept_audits(row) if one.audit_result == "fixed"}
    later = sum(
        one.seq > event.seq and (one.event in ANSWERING or one.seq in fixes) for one in moves
    )
    given = msgspec.json.decode(row.prior_responses, type=list[msgspec.Raw])
    if row.response is not None:
        given.append(msgspec.Raw(row.response.encode()))
    then = given[: len(given) - later]
    has_one = event.to_state in (State.COMPLETED, State.ERROR) and then
    response = bytes(then.pop()).decode() if has_one else None
    return response, msgspec.json.encode(then).decode()
