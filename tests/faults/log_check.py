"""What a task's log must say after whatever happened: a judge that knows no line of the product."""

from collections.abc import Iterator
from typing import Any

import httpx

Logged = dict[str, Any]


def read_log(person: httpx.Client, task_id: str) -> list[Logged]:
    """All transactions in order."""
    logged: list[Logged] = []
    while True:
        after = logged[-1]["seq"] if logged else 0
        page = person.get(f"/app/tasks/{task_id}/transactions", params={"after": after})
        transactions = page.raise_for_status().json()["transactions"]
        if not transactions:
            return logged
        logged += transactions


def check_log(person: httpx.Client, task_id: str) -> list[Logged]:
    """Each edit is in the log once, overwrites only what it knew, and makes what is shown."""
    logged = read_log(person, task_id)
    assert [one["seq"] for one in logged] == list(range(1, len(logged) + 1))
    op_ids = [one["op_id"] for one in logged]
    assert len(set(op_ids)) == len(op_ids)
    parts: dict[tuple[str, str], tuple[str, Any]] = {}
    for transaction, change in changes_of(logged):
        name = (change["object_id"], change["part"])
        base, before = parts.get(name, (None, None))
        assert (change["base"], change["before"]) == (base, before), (
            f"transaction {transaction['seq']} overwrote what it had not seen"
        )
        parts[name] = (transaction["op_id"], change["after"])
    work = person.get(f"/app/tasks/{task_id}/work").raise_for_status().json()
    shown = {(p["object_id"], p["part"]): (p["op_id"], p["value"]) for p in work["parts"]}
    assert shown == parts
    return logged


def changes_of(logged: list[Logged]) -> Iterator[tuple[Logged, dict[str, Any]]]:
    for transaction in logged:
        for change in transaction["changes"]:
            yield transaction, change
