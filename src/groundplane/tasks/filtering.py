"""Which tasks a list is about, as a condition of its statement.

A statement holds only the conditions that were asked for: PostgreSQL sees through `x IS NULL OR …`
when it plans for given values, but not when it keeps a plan for any, and then reads every task.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

import msgspec

from groundplane.tasks.lifecycle import State
from groundplane.wire.pages import Position

OF_TENANT: LiteralString = "t.account_id = %(account_id)s AND t.mode = %(mode)s"
CONDITIONS: dict[str, LiteralString] = {
    "created_from": "t.created_at >= %(created_from)s",
    "created_to": "t.created_at <= %(created_to)s",
    "updated_from": "t.updated_at >= %(updated_from)s",
    "updated_to": "t.updated_at <= %(updated_to)s",
    "completed_from": "t.completed_at >= %(completed_from)s",
    "completed_to": "t.completed_at <= %(completed_to)s",
    "status": "t.status = %(status)s",
    "states": "t.state = ANY(%(states)s::task_state[])",
    "type": "t.type = %(type)s",
    "project": """t.project_id = (
        SELECT project_id FROM project
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND name = %(project)s)""",
    "batch": """t.batch_id = (
        SELECT batch_id FROM batch
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND name = %(batch)s)""",
    "unique_ids": "t.unique_id = ANY(%(unique_ids)s)",
    "tags": "t.tags && %(tags)s",
    "reviews": "coalesce(t.customer_review_status, 'pending') = ANY(%(reviews)s)",
}


class TaskFilter(msgspec.Struct, frozen=True, kw_only=True):
    """All are ANDed; None asks nothing. Bounds of time are inclusive."""

    created_from: datetime | None = None
    created_to: datetime | None = None
    updated_from: datetime | None = None
    updated_to: datetime | None = None
    completed_from: datetime | None = None
    completed_to: datetime | None = None
    status: str | None = None  # the wire's word
    states: Sequence[State] | None = None
    type: str | None = None
    project: str | None = None
    batch: str | None = None
    unique_ids: Sequence[str] | None = None
    tags: Sequence[str] | None = None
    reviews: Sequence[str] | None = None  # "pending": not reviewed by the customer

    def parameters(self) -> dict[str, object]:
        """What is asked for, by the names of CONDITIONS."""
        asked: dict[str, object] = {}
        for name in CONDITIONS:
            value = getattr(self, name)
            if value is not None:
                asked[name] = list(value) if isinstance(value, (list, tuple)) else value
        if self.states is not None:
            asked["states"] = [state.value for state in self.states]
        return asked

    def matches(self) -> LiteralString:
        """The condition on `task t` of a tenant."""
        condition: LiteralString = f" {OF_TENANT}"
        for name in self.parameters():
            condition += " AND " + CONDITIONS[name]
        return condition + " "


def behind(position: Position | None) -> LiteralString:
    """The rest of a list that is sorted from the newest to the oldest."""
    if position is None:
        return ""
    return " AND (t.created_at, t.task_id) < (%(position_at)s, %(position_id)s) "
