"""Two windows on one task, and edits that may not be: refused with a reason, nothing written."""

import uuid
from collections.abc import Iterator

import httpx
import pytest
from bad_world import (
    Window,
    World,
    car,
    change,
    placed,
    pose,
    refusal,
    transaction,
)

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def ben(world: World) -> Iterator[httpx.Client]:
    http = world.product.signed_in("labeler", "ben@example.com")
    yield http
    http.close()


@pytest.fixture
def window(world: World) -> Window:
    """The manager's, at work on a task of its own."""
    window = Window(world.manager, world.ready())
    assert window.claim().status_code == 200
    return window


def outcomes(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [one["outcome"] for one in answer.json()["results"]]


def reasons(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [one.get("refused", "") for one in answer.json()["results"]]


def test_a_second_person_is_told_who_works_here(window: Window, ben: httpx.Client) -> None:
    second = Window(ben, window.task_id)
    assert refusal(second.claim(), 409) == "manager@localhost works on this task now."
    assert outcomes(window.send(placed())) == ["accepted"]


def test_a_second_window_of_the_same_person_is_told_too(window: Window) -> None:
    second = Window(window.http, window.task_id)
    assert refusal(second.claim(), 409) == "manager@localhost works on this task now."
    assert window.claim().status_code == 200  # a reload of the first


def test_who_takes_over_fences_the_first_out(window: Window, ben: httpx.Client) -> None:
    assert outcomes(window.send(placed(10.0))) == ["accepted"]
    before = window.document()
    second = Window(ben, window.task_id)
    assert second.claim(take_over=True).status_code == 200
    sentence = "ben@example.com works on this task now."
    assert refusal(window.send(placed(20.0)), 409) == sentence
    assert refusal(window.post("lease", **window.lease), 409) == sentence
    assert refusal(window.submit(1), 409) == sentence
    assert window.post("release", **window.lease).json() == {"released": False}
    assert window.document() == before
    assert outcomes(second.send(placed(30.0))) == ["accepted"]
    # The first may come back, and then the second is out.
    assert window.claim(take_over=True).status_code == 200
    assert refusal(second.send(placed(40.0)), 409) == "manager@localhost works on this task now."
    assert window.document()["seq"] == 2


@pytest.mark.parametrize(
    "forged",
    [
        {"fence": 0},
        {"fence": 2},
        {"fence": 2**40},
        {"fence": 2**62},
        {"lease_id": str(uuid.uuid4())},
    ],
)
def test_a_lease_that_was_not_given_writes_nothing(
    window: Window, forged: dict[str, object]
) -> None:
    window.lease |= forged
    for answer in (
        window.send(placed()),
        window.post("lease", **window.lease),
        window.submit(0),
    ):
        refusal(answer, 409)
    assert window.post("release", **window.lease).json() == {"released": False}
    assert window.document() == {"seq": 0, "parts": {}}


def test_what_was_submitted_is_not_edited(world: World, window: Window) -> None:
    assert outcomes(window.send(placed())) == ["accepted"]
    held = window.document()
    assert "changed since" in refusal(window.submit(0), 409)
    assert "changed since" in refusal(window.submit(2**53 - 1), 409)
    assert window.submit(1).json() == {"revision": 1}
    for _ in range(2):
        assert "cannot be edited" in refusal(window.send(placed()), 409)
        refusal(window.submit(1), 409)
        refusal(window.claim(take_over=True), 409)
        assert world.settled(window.task_id, before=("in_progress",)) == "completed"
    assert window.document() == held
    canceled = world.live.post(f"/v1/task/{window.task_id}/cancel")
    assert refusal(canceled, 400) == "Task has already been completed and cannot be canceled."


def news_of(window: Window) -> dict[str, object]:
    return window.http.get(f"/app/tasks/{window.task_id}/transactions").raise_for_status().json()


def test_a_window_that_missed_the_end_learns_which_of_its_edits_are_in(
    window: Window, ben: httpx.Client
) -> None:
    in_time, late = placed(10.0), placed(20.0)
    assert outcomes(window.send(in_time)) == ["accepted"]
    taker = Window(ben, window.task_id)
    assert taker.claim(take_over=True).status_code == 200
    assert news_of(window)["takes_edits"] is True
    assert taker.submit(1).status_code == 200
    assert news_of(window)["takes_edits"] is False
    assert window.http.get(f"/app/tasks/{window.task_id}/work").json()["takes_edits"] is False
    asked = [late["op_id"], in_time["op_id"]]
    known = window.post("transactions/known", op_ids=asked).raise_for_status().json()
    assert known == {"known": [{"outcome": "accepted", "op_id": in_time["op_id"], "seq": 1}]}
    refusal(window.post("transactions/known", op_ids=[str(uuid.uuid4())] * 201), 400)


def test_who_signs_in_after_somebody_does_not_sign_their_edits(
    window: Window, ben: httpx.Client
) -> None:
    """One browser, two people after each other: the first one's tab is still open."""
    now_bens = Window(ben, window.task_id, window.client_id, window.lease)
    assert "Somebody else is signed in" in refusal(now_bens.send(placed()), 401)
    assert "Somebody else is signed in" in refusal(now_bens.post("lease", **window.lease), 401)
    me = window.http.get("/app/me").json()["person_id"]
    claim = {"client_id": window.client_id, "person_id": me, "take_over": True}
    assert "Somebody else is signed in" in refusal(now_bens.post("claim", **claim), 401)
    assert window.document() == {"seq": 0, "parts": {}}
    assert outcomes(window.send(placed())) == ["accepted"]


def test_those_who_have_a_task_open_see_each_other(window: Window, ben: httpx.Client) -> None:
    def people(http: httpx.Client, name: str) -> list[str]:
        asked = http.get(f"/app/tasks/{window.task_id}/transactions", params={"window": name})
        return [one["name"] for one in asked.raise_for_status().json()["people"]]

    bens, mine = str(uuid.uuid4()), str(uuid.uuid4())
    assert people(ben, bens) == ["ben@example.com"]
    assert people(window.http, mine) == ["ben@example.com", "manager@localhost"]
    left = ben.post(f"/app/tasks/{window.task_id}/leave", json={"window": bens})
    assert left.json() == {"left": True}
    assert people(window.http, mine) == ["manager@localhost"]


def test_every_revision_can_be_read_again(window: Window) -> None:
    made = [placed(10.0 + number) for number in range(5)]
    assert outcomes(window.send(*made)) == ["accepted"] * 5
    task = f"/app/tasks/{window.task_id}"
    page = window.http.get(f"{task}/history", params={"limit": 2}).json()
    assert [one["seq"] for one in page["transactions"]] == [5, 4]
    assert page["transactions"][0]["actor"] == "manager@localhost"
    assert page["more"] is True
    rest = window.http.get(f"{task}/history", params={"before": 4}).json()
    assert [one["op_id"] for one in rest["transactions"]] == [
        made[number]["op_id"] for number in (2, 1, 0)
    ]
    assert rest["more"] is False
    third = window.http.get(f"{task}/revisions/3").json()
    xs = [one["value"]["centre_m"][0] for one in third["parts"] if one["part"] == "key/0"]
    assert sorted(xs) == [10.0, 11.0, 12.0]
    assert window.http.get(f"{task}/revisions/0").json() == {"seq": 0, "parts": []}
    for beyond in ("6", "-1", "99999999999999999999"):
        assert window.http.get(f"{task}/revisions/{beyond}").status_code == 404, beyond


def test_a_canceled_task_is_not_worked_on(world: World) -> None:
    task_id = world.ready()
    assert world.live.post(f"/v1/task/{task_id}/cancel").status_code == 200
    window = Window(world.manager, task_id)
    assert "canceled" in refusal(window.claim(), 409)
    assert news_of(window)["takes_edits"] is False


# Edits that may not be ------------------------------------------------------------------------

INVALID: dict[str, tuple[list[dict[str, object]], str]] = {
    "unknown label": ([change("ID", "object", car("Spaceship"))], "Spaceship"),
    "unknown kind": ([change("ID", "object", car(kind="hologram"))], "kind"),
    "kind not asked for": (
        [change("ID", "object", {**car(), "kind": "event"})],
        "changes[0]",
    ),
    "no size": (
        [change("ID", "object", car()), change("ID", "key/0", pose(size_m=[4.0, 0, 2.0]))],
        "size_m[1]",
    ),
    "negative size": (
        [change("ID", "object", car()), change("ID", "key/0", pose(size_m=[-4.0, 2.0, 2.0]))],
        "size_m[0]",
    ),
    "size of text": (
        [change("ID", "object", car()), change("ID", "key/0", pose(size_m=["4", 2.0, 2.0]))],
        "size_m[0]",
    ),
    "two sizes": (
        [change("ID", "object", car()), change("ID", "key/0", pose(size_m=[4.0, 2.0]))],
        "size_m",
    ),
    "nowhere": (
        [change("ID", "object", car()), change("ID", "key/0", pose(x=None))],
        "centre_m[0]",
    ),
    "far beyond": (
        [change("ID", "object", car()), change("ID", "key/0", pose(x=1e300))],
        "centre_m[0]",
    ),
    "no rotation": (
        [change("ID", "object", car()), change("ID", "key/0", pose(rotation_wxyz=[0, 0, 0, 0]))],
        "rotation_wxyz",
    ),
    "a camera of nobody": (
        [change("ID", "object", car()), change("ID", "key/0", pose(camera_used=-1))],
        "camera_used",
    ),
    "unknown part": ([change("ID", "colour/0", "red")], "colour/0"),
    "part of two names": ([change("ID", "key/00", pose())], "key/00"),
    "before the scene": ([change("ID", "key/-1", pose())], "key/-1"),
    "at no frame": (
        [change("ID", "object", car()), change("ID", "key/12345", pose())],
        "12345 ns, which is outside the scene",
    ),
    "unknown attribute": (
        [change("ID", "object", car()), change("ID", "attribute/mood", {"answer": "good"})],
        "changes[1]",
    ),
    "a pose without an object": ([change("ID", "key/0", pose())], ""),
    "nothing changed": ([], "must not be empty"),
    "one part twice": (
        [change("ID", "object", car()), change("ID", "object", car())],
        "twice",
    ),
    "a base that never was": (
        [change("ID", "object", car(), base=str(uuid.uuid4()))],
        "Changed by somebody else",
    ),
}


@pytest.mark.parametrize("name", INVALID)
def test_an_invalid_edit_is_refused_and_valid_ones_beside_it_are_kept(
    shared: Window, name: str
) -> None:
    changes, blamed = INVALID[name]
    object_id = str(uuid.uuid4())
    bad = transaction(*({**one, "object_id": object_id} for one in changes))
    before = shared.document()
    first, last = placed(1.0), placed(2.0)
    answer = shared.send(first, bad, last)
    assert outcomes(answer) == ["accepted", "refused", "accepted"]
    assert blamed in reasons(answer)[1]
    assert reasons(answer)[1]
    after = shared.document()
    assert isinstance(before["seq"], int)
    assert after["seq"] == before["seq"] + 2
    assert isinstance(after["parts"], dict)
    assert not [part for part in after["parts"] if part.startswith(object_id)]
    # It was not remembered either: asked again it is refused again.
    assert outcomes(shared.send(bad)) == ["refused"]


@pytest.fixture(scope="module")
def shared(world: World) -> Window:
    window = Window(world.manager, world.ready())
    assert window.claim().status_code == 200
    return window


def test_an_edit_of_what_somebody_else_changed_is_refused_with_what_it_is_now(
    window: Window, ben: httpx.Client
) -> None:
    made = placed(10.0)
    assert outcomes(window.send(made)) == ["accepted"]
    object_id = str(named(made["changes"])[0]["object_id"])
    second = Window(ben, window.task_id)
    assert second.claim(take_over=True).status_code == 200
    moved = transaction(
        change(object_id, "key/0", pose(11.0), base=made["op_id"], before=pose(10.0))
    )
    assert outcomes(second.send(moved)) == ["accepted"]
    assert window.claim(take_over=True).status_code == 200
    stale = transaction(
        change(object_id, "key/0", pose(12.0), base=made["op_id"], before=pose(10.0))
    )
    answer = window.send(stale)
    assert outcomes(answer) == ["refused"]
    assert reasons(answer)[0].startswith("Changed by somebody else in the meantime: key/0 of")
    held = {part["part"]: part for part in answer.json()["results"][0]["parts"]}
    assert held["key/0"]["op_id"] == moved["op_id"]
    assert held["key/0"]["value"]["centre_m"][0] == 11.0


def named(changes: object) -> list[dict[str, object]]:
    assert isinstance(changes, list)
    return changes


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_number_that_json_cannot_say_refuses_the_whole_request(
    window: Window, number: str
) -> None:
    body = window.http.build_request(
        "POST", "/", json={**window.lease, "transactions": [placed(1.0), placed(123.5)]}
    ).content.replace(b"123.5", number.encode())
    assert number.encode() in body
    path = f"/app/tasks/{window.task_id}/transactions"
    refusal(window.http.post(path, content=body, headers=JSON), 400)
    assert window.document() == {"seq": 0, "parts": {}}


@pytest.mark.parametrize(
    "wrong",
    [
        {"transactions": "all"},
        {"transactions": [1]},
        {"transactions": [{}]},
        {"transactions": [{**placed(), "op_id": "1"}]},
        {"transactions": [{**placed(), "active_ms": -1}]},
        {"transactions": [{**placed(), "active_ms": 2**40}]},
        {"transactions": [{**placed(), "actor": "somebody"}]},
        {"transactions": [placed()] * 201},
        {"lease_id": "mine"},
        {"fence": "first"},
        {"fence": 1.5},
        {"fence": None},
    ],
)
def test_a_request_of_the_wrong_shape_writes_nothing(
    window: Window, wrong: dict[str, object]
) -> None:
    body = {**window.lease, "transactions": [placed()], **wrong}
    refusal(window.post("transactions", **body), 400)
    assert window.document() == {"seq": 0, "parts": {}}


def test_a_time_that_never_was_refuses_its_transaction_alone(window: Window) -> None:
    for at in ("yesterday", "2026-02-30T00:00:00Z", "", "9999-12-31T23:59:59-14:00"):
        assert outcomes(window.send({**placed(), "at": at}, placed())) == ["refused", "accepted"]


def test_one_transaction_sent_twice_at_once_is_one(window: Window) -> None:
    made = placed()
    assert outcomes(window.send(made, made)) == ["accepted", "accepted"]
    assert window.document()["seq"] == 1
