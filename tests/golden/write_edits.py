"""Write the golden files of the annotation model, which pytest and vitest both read.

    PYTHONPATH=tests python tests/golden/write_edits.py

kinds.json and the edits_*.json hold what Hypothesis found, as the Python runtime decides it; the
laws of tests/annotations are what makes Python right. parts.json, interpolation.json and
conditions.json were worked out by hand and are not written here.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from annotations.examples import as_json, every_value
from annotations.strategies import History, Merge, gestures, histories, merges, spoiled
from groundplane.annotations.document import Document, to_parts
from groundplane.annotations.edits import ConflictingChange, Operation, apply, merge, send_change

GOLDEN = Path(__file__).resolve().parent
SOURCE = "tests/golden/write_edits.py"
T = TypeVar("T")


def found(strategy: st.SearchStrategy[T], count: int) -> list[T]:
    """The same examples in every run, each from a search of its own so that they differ."""
    return [_third(strategy, number) for number in range(count)]


def _third(strategy: st.SearchStrategy[T], number: int) -> T:
    examples: list[T] = []

    @seed(number)
    @settings(
        max_examples=3,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
        deadline=None,
    )
    @given(strategy)
    def collect(example: T) -> None:
        examples.append(example)

    run: Callable[[], None] = collect
    run()
    return examples[-1]


def operation_json(operation: Operation) -> dict[str, object]:
    changes = as_json([send_change(change) for change in operation.changes])
    return {"op_id": operation.op_id, "changes": changes}


def document_json(document: Document) -> list[object]:
    return as_json(to_parts(document))


def kinds_json() -> object:
    values = [{"part": part, "value": as_json(value)} for part, value in every_value()]
    return {"source": SOURCE, "values": values}


@st.composite
def attempts(draw: st.DrawFn) -> tuple[History, Operation]:
    """A history and one more operation, which may not apply."""
    history = draw(histories(most=4))
    changes = draw(gestures(history.document))
    if draw(st.booleans()):
        changes = draw(spoiled(changes))
    return history, Operation("20000000-0000-4000-8000-0000000000ff", changes)


def attempt_json(history: History, operation: Operation) -> object:
    try:
        after = document_json(apply(history.document, operation.changes, operation.op_id))
        refused = None
    except ConflictingChange as conflict:
        after, refused = None, [list(part) for part in conflict.parts]
    return {
        "operations": [operation_json(one) for one in history.operations],
        "last": operation_json(operation),
        "refused": refused,
        "after": after,
    }


def merge_json(case: Merge) -> object:
    merged = merge(case.confirmed, case.pending, case.remote)
    return {
        "confirmed": document_json(case.confirmed),
        "pending": [operation_json(one) for one in case.pending],
        "remote": [operation_json(one) for one in case.remote],
        "kept": [one.op_id for one in merged.pending],
        "quarantined": [one.op_id for one in merged.quarantined],
        "after": document_json(merged.document),
    }


def goldens() -> dict[str, object]:
    return {
        "kinds.json": kinds_json(),
        "edits_attempts.json": {
            "source": SOURCE,
            "cases": [attempt_json(*attempt) for attempt in found(attempts(), 50)],
        },
        "edits_merges.json": {
            "source": SOURCE,
            "cases": [merge_json(case) for case in found(merges(), 40)],
        },
    }


if __name__ == "__main__":
    for name, content in goldens().items():
        (GOLDEN / name).write_text(json.dumps(content, separators=(",", ":")) + "\n")
