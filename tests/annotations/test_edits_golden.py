"""Both runtimes decide alike: web/src/model/edits.test.ts reads the same files."""

import importlib.util
from types import ModuleType
from typing import Any

import msgspec
import pytest

from annotations.examples import as_json
from geometry.golden import GOLDEN, golden
from groundplane.annotations.document import EMPTY, Document, StoredPart, from_parts, to_parts
from groundplane.annotations.edits import (
    ConflictingChange,
    Operation,
    SentChange,
    apply,
    merge,
    read_changes,
)


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write_edits", GOLDEN / "write_edits.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def operation(plain: dict[str, Any]) -> Operation:
    changes = msgspec.convert(plain["changes"], list[SentChange])
    return Operation(plain["op_id"], read_changes(changes))


def document(plain: list[Any]) -> Document:
    return from_parts(msgspec.convert(plain, list[StoredPart]))


@pytest.mark.parametrize("case", golden("edits_attempts.json")["cases"])
def test_the_last_operation_applies_or_is_refused(case: dict[str, Any]) -> None:
    here = EMPTY
    for one in map(operation, case["operations"]):
        here = apply(here, one.changes, one.op_id)
    last = operation(case["last"])
    if case["refused"] is None:
        assert as_json(to_parts(apply(here, last.changes, last.op_id))) == case["after"]
    else:
        with pytest.raises(ConflictingChange) as refused:
            apply(here, last.changes, last.op_id)
        assert [list(part) for part in refused.value.parts] == case["refused"]


@pytest.mark.parametrize("case", golden("edits_merges.json")["cases"])
def test_merging(case: dict[str, Any]) -> None:
    pending = [operation(one) for one in case["pending"]]
    remote = [operation(one) for one in case["remote"]]
    merged = merge(document(case["confirmed"]), pending, remote)
    assert [one.op_id for one in merged.pending] == case["kept"]
    assert [one.op_id for one in merged.quarantined] == case["quarantined"]
    assert as_json(to_parts(merged.document)) == case["after"]


def test_the_golden_kinds_are_what_their_script_writes() -> None:
    assert golden("kinds.json") == script().kinds_json()


def test_the_golden_cases_hold_each_outcome() -> None:
    attempts, merges = golden("edits_attempts.json")["cases"], golden("edits_merges.json")["cases"]
    assert {case["refused"] is None for case in attempts} == {True, False}
    assert any(case["kept"] and case["quarantined"] for case in merges)
