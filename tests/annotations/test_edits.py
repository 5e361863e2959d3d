import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.examples import BY_PERSON, cuboid, cuboid_object, every_value, op, uid
from annotations.strategies import (
    IDS,
    LAW,
    History,
    Merge,
    change,
    gestures,
    histories,
    merges,
    spoiled,
    values,
    written,
)
from groundplane.annotations.document import EMPTY, Document, StoredPart, from_parts, to_parts
from groundplane.annotations.edits import (
    Change,
    ConflictingChange,
    Operation,
    SentChange,
    apply,
    invert,
    merge,
    objects_named,
    read_changes,
    rebase,
    send_change,
    write,
)
from groundplane.annotations.kinds import SCENE_ID, Attribute
from groundplane.errors import InvalidParameter


@LAW
@given(histories(most=3), st.data())
def test_an_edit_and_its_inverse_change_nothing(history: History, data: st.DataObject) -> None:
    before = history.document
    changes = data.draw(gestures(before))
    after = apply(before, changes, op(50))
    assert values(apply(after, rebase(after, invert(changes)), op(51))) == values(before)


@LAW
@given(histories(most=3), st.data())
def test_inverting_twice_gives_the_same_edit(history: History, data: st.DataObject) -> None:
    changes = data.draw(gestures(history.document))
    assert invert(invert(changes)) == changes


@LAW
@given(histories(most=3), st.data())
def test_a_whole_history_can_be_undone_step_by_step(history: History, data: st.DataObject) -> None:
    start = history.document
    later = data.draw(histories(start=start, first_op=60))
    here = later.document
    for number, operation in enumerate(reversed(later.operations)):
        here = apply(here, rebase(here, invert(operation.changes)), op(70 + number))
    assert values(here) == values(start)


@LAW
@given(histories(most=3), st.data())
def test_edits_of_different_objects_commute(history: History, data: st.DataObject) -> None:
    start = history.document
    one = data.draw(gestures(start, [IDS[0]]))
    other = data.draw(gestures(start, [IDS[1]]))
    left = apply(apply(start, one, op(50)), other, op(51))
    right = apply(apply(start, other, op(51)), one, op(50))
    assert written(left) == written(right)


@LAW
@given(histories(most=3), st.data())
def test_a_wrong_base_is_refused_and_named(history: History, data: st.DataObject) -> None:
    right = data.draw(gestures(history.document))
    wrong = data.draw(spoiled(right))
    strange = [(c.object_id, c.part) for c, r in zip(wrong, right, strict=True) if c != r]
    with pytest.raises(ConflictingChange) as refused:
        apply(history.document, wrong, op(50))
    assert set(refused.value.parts) >= set(strange)


@LAW
@given(histories(most=3), st.data())
def test_a_document_never_changes(history: History, data: st.DataObject) -> None:
    before = written(history.document)
    apply(history.document, data.draw(gestures(history.document)), op(50))
    assert written(history.document) == before


@LAW
@given(histories())
def test_stored_parts_give_the_document_back(history: History) -> None:
    text = msgspec.json.encode(to_parts(history.document))
    assert from_parts(msgspec.json.decode(text, type=list[StoredPart])) == history.document


@LAW
@given(histories(most=3), st.data())
def test_changes_survive_the_wire(history: History, data: st.DataObject) -> None:
    changes = data.draw(gestures(history.document))
    sent = msgspec.json.decode(
        msgspec.json.encode([send_change(change) for change in changes]), type=list[SentChange]
    )
    assert read_changes(sent) == changes


@LAW
@given(histories())
def test_replaying_without_looking_gives_the_same_document(history: History) -> None:
    here = EMPTY
    for operation in history.operations:
        here = write(here, operation.changes, operation.op_id)
    assert here == history.document


@LAW
@given(merges())
def test_merging_keeps_quarantines_or_knows_every_pending_edit_once(case: Merge) -> None:
    merged = merge(case.confirmed, case.pending, case.remote)
    acknowledged = [one for one in case.pending if one in case.remote]
    parted = [*merged.pending, *merged.quarantined, *acknowledged]
    assert sorted(parted, key=lambda one: one.op_id) == list(case.pending)


@LAW
@given(merges())
def test_a_merged_document_is_the_replay_of_what_was_kept(case: Merge) -> None:
    merged = merge(case.confirmed, case.pending, case.remote)
    here = case.confirmed
    for operation in (*case.remote, *merged.pending):
        here = apply(here, operation.changes, operation.op_id)
    assert here == merged.document


@LAW
@given(merges())
def test_what_is_quarantined_truly_conflicts(case: Merge) -> None:
    """Even on everything that was kept, and in its own order."""
    merged = merge(case.confirmed, case.pending, case.remote)
    kept = {operation.op_id for operation in merged.pending}
    here = merged.confirmed
    for operation in case.pending:
        if operation.op_id in kept:
            here = apply(here, operation.changes, operation.op_id)
        elif operation in merged.quarantined:
            with pytest.raises(ConflictingChange):
                apply(here, operation.changes, operation.op_id)


def car(*, key_x: float = 1.0) -> Document:
    made = (
        change(EMPTY, uid(1), "object", cuboid_object()),
        change(EMPTY, uid(1), "key/0", cuboid((key_x, 2.0, 3.0))),
    )
    return apply(EMPTY, made, op(1))


def test_an_offline_chain_falls_together_and_the_rest_stays() -> None:
    start = car()
    first = (change(start, uid(1), "key/0", cuboid((5.0, 2.0, 3.0))),)
    after = apply(start, first, op(10))
    built_on_it = (change(after, uid(1), "key/0", cuboid((6.0, 2.0, 3.0))),)
    beside_it = (change(start, uid(1), "key/100", cuboid((9.0, 2.0, 3.0))),)
    pending = [
        Operation(op(10), first),
        Operation(op(11), built_on_it),
        Operation(op(12), beside_it),
    ]
    remote = [Operation(op(20), (change(start, uid(1), "key/0", cuboid((7.0, 2.0, 3.0))),))]
    merged = merge(start, pending, remote)
    assert [one.op_id for one in merged.quarantined] == [op(10), op(11)]
    assert [one.op_id for one in merged.pending] == [op(12)]


def test_a_change_to_a_deleted_object_is_refused_though_its_base_is_right() -> None:
    here = car()
    everything = (
        change(here, uid(1), "object", None),
        change(here, uid(1), "key/0", None),
    )
    gone = apply(here, everything, op(2))
    assert gone.ids() == []
    with pytest.raises(ConflictingChange) as refused:
        apply(gone, (change(gone, uid(1), "key/500", cuboid()),), op(3))
    assert refused.value.parts == [(uid(1), "key/500")]


def test_a_deletion_that_leaves_a_part_behind_is_refused() -> None:
    """Somebody added a key that the deleting client had not seen."""
    here = car()
    with pytest.raises(ConflictingChange) as refused:
        apply(here, (change(here, uid(1), "object", None),), op(2))
    assert refused.value.parts == [(uid(1), "key/0")]


def test_a_true_base_with_a_wrong_before_is_refused() -> None:
    here = car()
    lie = Change(uid(1), "key/0", op(1), before=cuboid((8.0, 2.0, 3.0)), after=None)
    with pytest.raises(ConflictingChange):
        apply(here, (lie,), op(2))


def test_a_part_changes_once_in_a_transaction() -> None:
    here = car()
    twice = (change(here, uid(1), "key/9", cuboid()),) * 2
    with pytest.raises(ConflictingChange):
        apply(here, twice, op(2))
    with pytest.raises(InvalidParameter, match=r"changes\[1\]\.part"):
        read_changes([send_change(one) for one in twice])


def test_the_scene_takes_attributes_without_being_made() -> None:
    said = Attribute(value="rain", provenance=BY_PERSON)
    after = apply(EMPTY, (change(EMPTY, SCENE_ID, "attribute/weather", said),), op(1))
    assert after.exists(SCENE_ID)
    assert after.ids() == []


def sent(**fields: object) -> SentChange:
    plain: dict[str, object] = {
        "object_id": uid(1),
        "part": "key/0",
        "base": None,
        "before": None,
        "after": msgspec.to_builtins(cuboid()),
    }
    return msgspec.convert({**plain, **fields}, SentChange)


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"part": "keys/0"}, "changes[0].part"),
        ({"after": 3}, "changes[0].after"),
        ({"after": {"geometry": "blob"}}, "changes[0].after.geometry"),
        ({"before": msgspec.to_builtins(cuboid_object())}, "changes[0].before"),
        ({"after": None}, "changes[0].after"),
        ({"object_id": SCENE_ID, "part": "object", "after": None}, "changes[0].part"),
        (
            {"after": {**msgspec.to_builtins(cuboid()), "size_m": [1, "2", 3]}},
            "changes[0].after.size_m[1]",
        ),
    ],
)
def test_a_malformed_change_is_named(fields: dict[str, object], path: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        read_changes([sent(**fields)])
    assert refused.value.path == path


def test_no_changes_are_no_transaction() -> None:
    with pytest.raises(InvalidParameter):
        read_changes([])


def test_the_objects_that_values_name_are_found() -> None:
    changes = [
        Change(uid(70), part, None, before=None, after=value) for part, value in every_value()
    ]
    wanted = {uid(n) for n in (70, 90, 1, 2, 11, 12, 13, 21, 22)}
    assert wanted <= objects_named(changes)
