"""What customers change on their tasks, with the official client 2.18.4 and below it."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
import scaleapi
from scaleapi.exceptions import (
    ScaleDuplicateResource,
    ScaleInvalidRequest,
    ScaleResourceNotFound,
)
from scaleapi.tasks import Task, TaskReviewStatus, TaskType

from groundplane.storage.database import Mode
from live_server import LiveServer

FRAME = "https://data.example/frame-0.json"
NOWHERE = ("f" * 24, "fake_id_qwertyuiop")


def create(client: scaleapi.ScaleClient, **more: object) -> Task:
    return client.create_task(
        TaskType.LidarAnnotation, **{"attachments": [FRAME], "labels": ["Car"], **more}
    )


def completed(client: scaleapi.ScaleClient, server: LiveServer, **more: object) -> Task:
    task = create(client, **more)
    server.execute(
        "UPDATE task SET state = 'completed', completed_at = '2024-01-02T03:04:05Z',"
        " response = '{}' WHERE task_id = %s",
        task.id,
    )
    return task


def has_tags(task: Task) -> bool:
    return hasattr(task, "tags")


def test_tags_are_set_added_and_deleted_in_their_order(client: scaleapi.ScaleClient) -> None:
    task = create(client)
    assert not has_tags(task)
    task.set_tags(["tag1", "tag2", "tag3"])
    assert client.get_task(task.id).tags == ["tag1", "tag2", "tag3"]
    task.add_tags(["tag4", "tag2", "tag5", "tag4"])
    assert client.get_task(task.id).tags == ["tag1", "tag2", "tag3", "tag4", "tag5"]
    task.delete_tags(["tag1", "never there", "tag4", "tag2", "tag5"])
    assert client.get_task(task.id).tags == ["tag3"]
    task.set_tags(["b", "a", "b"])
    assert client.get_task(task.id).tags == ["b", "a"]


def test_without_a_body_tags_are_cleared_by_set_and_kept_by_the_rest(
    client: scaleapi.ScaleClient,
) -> None:
    task = create(client, tags=["one"])
    task.add_tags([])
    task.delete_tags([])
    assert client.get_task(task.id).tags == ["one"]
    task.set_tags([])
    assert not has_tags(client.get_task(task.id))
    task.add_tags(["two"])
    task.delete_tags(["two"])
    assert "tags" not in client.get_task(task.id).as_dict()


def test_a_task_has_five_tags_at_most(client: scaleapi.ScaleClient) -> None:
    task = create(client, tags=["1", "2", "3"])
    for change in (
        lambda: task.set_tags(["1", "2", "3", "4", "5", "6"]),
        lambda: task.add_tags(["4", "5", "6"]),
    ):
        with pytest.raises(ScaleInvalidRequest, match='"tags" must contain less than or equal'):
            change()
    task.add_tags(["1", "4", "5"])
    assert client.get_task(task.id).tags == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    ("tags", "sentence"),
    [
        (["ok", ""], '"tags.1" is not allowed to be empty'),
        ([None], '"tags.0" must be a string'),
        (["ok", 7], '"tags.1" must be a string'),
        (["x" * 513], '"tags.0" length must be less than or equal to 512'),
    ],
)
def test_a_tag_is_a_string_that_says_something(
    client: scaleapi.ScaleClient, tags: list[str], sentence: str
) -> None:
    task = create(client, tags=["before"])
    for change in (task.set_tags, task.add_tags, task.delete_tags):
        with pytest.raises(ScaleInvalidRequest, match=sentence):
            change(tags)
    assert client.get_task(task.id).tags == ["before"]


def test_the_longest_tag_of_four_byte_characters_is_kept(client: scaleapi.ScaleClient) -> None:
    """An entry of the index over tags must stay under 2,704 bytes."""
    longest = "".join(chr(0x1F300 + 7 * n) for n in range(512))
    assert create(client, tags=[longest]).tags == [longest]


@pytest.mark.parametrize("body", [b"{}", b'"a"', b"null", b"[", b'["\\ud800"]', b'["\\u0000"]'])
def test_tags_are_an_array(shared_server: LiveServer, body: bytes) -> None:
    task = create(shared_server.client())
    with shared_server.http() as http:
        for method in ("PUT", "POST", "DELETE"):
            reply = http.request(method, f"/v1/task/{task.id}/tags", content=body)
            assert (reply.status_code, reply.json()["status_code"]) == (400, 400)


def test_metadata_is_replaced_as_a_whole_in_any_state(
    client: scaleapi.ScaleClient, server: LiveServer
) -> None:
    task = create(client, metadata={"a": 1, "b": 2})
    large = {"b": {"c": [2**53 + 1, 2**64, -0.5, None, "ä\u2028"]}, "docs": {}}
    task.set_metadata(large)
    assert client.get_task(task.id).metadata == large
    server.execute("UPDATE task SET state = 'canceled'")
    task.set_metadata({})
    assert client.get_task(task.id).metadata == {}


def test_metadata_takes_ten_kilobytes_of_utf8_and_not_one_byte_more(
    client: scaleapi.ScaleClient,
) -> None:
    frame = len('{"a":""}')
    full = {"a": "ä" * ((10_240 - frame) // 2)}
    task = create(client)
    task.set_metadata(full)
    assert client.get_task(task.id).metadata == full
    assert create(client, metadata=full).metadata == full
    over = {"a": full["a"] + "x"}
    with pytest.raises(ScaleInvalidRequest, match="must not be larger than 10240 bytes"):
        task.set_metadata(over)
    with pytest.raises(ScaleInvalidRequest, match="must not be larger than 10240 bytes"):
        create(client, metadata=over)
    assert client.get_task(task.id).metadata == full


@pytest.mark.parametrize(
    "body",
    [
        *(b"[]", b"1", b'"a"', b"null", b"{", b'{"a": NaN}', b'{"a": 1e999}', b'{"a": Infinity}'),
        *(b'{"a": "\\u0000"}', b'{"\\u0000": 1}', b'{"a": "\\ud800"}', b'{"a": "\\udc00x"}'),
        *(b'{"a": "\xff"}', b'{"a":' + b"9" * 5000 + b"}", b'{"a":' * 70 + b"1" + b"}" * 70),
    ],
)
def test_metadata_is_a_strict_object(shared_server: LiveServer, body: bytes) -> None:
    task = create(shared_server.client(), metadata={"kept": True})
    with shared_server.http() as http:
        reply = http.post(f"/v1/task/{task.id}/setMetadata", content=body)
        assert (reply.status_code, reply.json()["status_code"]) == (400, 400)
        assert http.get(f"/v1/task/{task.id}").json()["metadata"] == {"kept": True}


def test_a_unique_id_is_set_changed_and_freed(client: scaleapi.ScaleClient) -> None:
    task, other = create(client, unique_id="first"), create(client)
    task.update_unique_id("second")
    assert client.get_task(task.id).unique_id == "second"
    task.update_unique_id("second")
    other.update_unique_id("first")
    with pytest.raises(ScaleDuplicateResource) as refused:
        other.update_unique_id("second")
    assert str(refused.value) == (
        '<Response [409]> The unique_id ("second") is already used for a different task '
        f"({task.id})."
    )
    task.clear_unique_id()
    task.clear_unique_id()
    assert not hasattr(client.get_task(task.id), "unique_id")
    other.update_unique_id("second")
    assert [found.id for found in client.tasks(unique_id="second")] == [other.id]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({}, '"unique_id" is required'),
        ({"unique_id": None}, '"unique_id" is required'),
        ({"unique_id": ""}, '"unique_id" is not allowed to be empty'),
        ({"unique_id": "x" * 513}, '"unique_id" length must be less'),
        ({"unique_id": ["a"]}, '"unique_id" must be'),
        ({"unique_id": True}, '"unique_id" must be'),
    ],
)
def test_a_unique_id_is_a_string(
    shared_server: LiveServer, body: dict[str, object], sentence: str
) -> None:
    task = create(shared_server.client())
    with shared_server.http() as http:
        reply = http.post(f"/v1/task/{task.id}/unique_id", json=body)
    assert reply.status_code == 400
    assert sentence in reply.json()["error"]


@pytest.mark.parametrize("number", [7001, 2**64, -(2**63)])
def test_a_whole_number_becomes_a_string(client: scaleapi.ScaleClient, number: int) -> None:
    task = create(client, unique_id=number)
    assert task.unique_id == str(number)
    other = create(client)
    with pytest.raises(ScaleDuplicateResource):
        client.update_task_unique_id(other.id, str(number))


def test_of_many_who_want_one_unique_id_one_has_it(server: LiveServer) -> None:
    """By creation and by change at the same time; the others are told who has it."""
    rounds = 12
    with server.http() as http, ThreadPoolExecutor(8) as pool:
        path = "/v1/task/lidarannotation"
        body: dict[str, object] = {"attachments": [FRAME], "labels": ["Car"]}
        ready = [http.post(path, json=body).json()["task_id"] for _ in range(4)]
        for number in range(rounds):
            wanted = {"unique_id": f"race {number}"}
            made = [pool.submit(http.post, path, json=body | wanted) for _ in range(4)]
            changed = [
                pool.submit(http.post, f"/v1/task/{task_id}/unique_id", json=wanted)
                for task_id in ready
            ]
            replies = [future.result() for future in (*made, *changed)]
            (winner,) = [reply.json() for reply in replies if reply.status_code == 200]
            assert winner["unique_id"] == f"race {number}"
            losers = [reply for reply in replies if reply.status_code != 200]
            assert [reply.status_code for reply in losers] == [409] * 7
            assert {winner["task_id"] in reply.json()["error"] for reply in losers} == {True}
            http.delete(f"/v1/task/{winner['task_id']}/unique_id").raise_for_status()
            again = http.post(path, json=body | wanted)
            assert again.status_code == 200, again.text


def test_an_audit_is_kept_told_and_called_back(
    client: scaleapi.ScaleClient, server: LiveServer
) -> None:
    task = completed(client, server)
    assert client.get_task(task.id).as_dict()["completed_at"] == "2024-01-02T03:04:05.000Z"
    client.audit_task(task.id, accepted=False, comments="the wheel is missing")
    client.audit_task(task.id, accepted=True)
    client.audit_task(task.id, accepted=True, comments="fine now")
    shown = client.get_task(task.id).as_dict()
    assert shown["customer_review_status"] == "accepted"
    assert shown["customer_review_comments"] == ["the wheel is missing", "fine now"]
    assert [audit["audit_result"] for audit in shown["audits"]] == [
        *("accepted", "accepted", "rejected"),
    ]
    moments = [audit.pop("audited_at") for audit in shown["audits"]]
    assert moments == sorted(moments, reverse=True)
    assert shown["audits"][0] == {
        "audited_by": "manager@example.com",  # nobody owns the key
        "audit_time_secs": 0,
        "audit_result": "accepted",
        "audit_source": "customer",
    }
    assert shown["completed_at"] == "2024-01-02T03:04:05.000Z"
    assert shown["updated_at"] == moments[0]
    assert (
        server.rows("SELECT event, from_state, to_state FROM task_event WHERE seq > 1 ORDER BY seq")
        == [("audited", "completed", "completed")] * 3
    )


@pytest.mark.parametrize("state", ["created", "in_progress", "error", "canceled"])
def test_only_what_is_completed_is_audited(
    client: scaleapi.ScaleClient, server: LiveServer, state: str
) -> None:
    task = create(client)
    server.execute("UPDATE task SET state = %s", state)
    with pytest.raises(ScaleInvalidRequest, match="has not been completed"):
        client.audit_task(task.id, accepted=True)
    assert not hasattr(client.get_task(task.id), "audits")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({}, '"accepted" is required'),
        ({"accepted": "yes"}, '"accepted" must be a boolean'),
        ({"accepted": True, "comments": 5}, '"comments" must be a string'),
        ({"accepted": True, "comments": "x" * 10_001}, '"comments" length must be less'),
    ],
)
def test_an_audit_says_whether_it_accepts(
    shared_server: LiveServer, body: dict[str, object], sentence: str
) -> None:
    task = completed(shared_server.client(), shared_server)
    with shared_server.http() as http:
        reply = http.post(f"/v1/task/{task.id}/audit", json=body)
    assert reply.status_code == 400
    assert sentence in reply.json()["error"]


def test_tasks_are_found_by_what_the_customer_said_of_them(
    client: scaleapi.ScaleClient, server: LiveServer
) -> None:
    good, bad = (completed(client, server) for _ in range(2))
    fresh = create(client)
    client.audit_task(good.id, accepted=True)
    client.audit_task(bad.id, accepted=False)
    server.execute(
        "WITH p AS (INSERT INTO project (account_id, mode, project_id, name, type) SELECT"
        " account_id, mode, %s, 'p', type FROM task LIMIT 1 RETURNING project_id)"
        " UPDATE task SET project_id = p.project_id FROM p",
        "c" * 24,
    )

    def found(*reviews: TaskReviewStatus) -> list[str]:
        return [task.id for task in client.get_tasks("p", review_status=list(reviews))]

    status = TaskReviewStatus
    assert found(status.Accepted) == [good.id]
    assert found(status.Rejected, status.Accepted) == [bad.id, good.id]
    assert found(status.Pending) == [fresh.id]
    assert found(status.Fixed, status.Commented) == []
    assert [task.id for task in client.tasks(customer_review_status="rejected")] == [bad.id]


CHANGES: list[tuple[str, str, object]] = [
    ("POST", "setMetadata", {"a": 1}),
    ("POST", "unique_id", {"unique_id": "u"}),
    ("DELETE", "unique_id", None),
    ("PUT", "tags", ["a"]),
    ("POST", "tags", ["a"]),
    ("DELETE", "tags", ["a"]),
    ("POST", "audit", {"accepted": True}),
    ("POST", "cancel", None),
]


@pytest.mark.parametrize(("method", "verb", "body"), CHANGES)
def test_nobody_changes_a_task_of_another_world(
    server: LiveServer, method: str, verb: str, body: object
) -> None:
    """Nor one that is not there: the answers are the same to the byte."""
    task = create(server.client(), tags=["mine"], unique_id="mine", metadata={"mine": 1})
    before = server.rows("SELECT task::text FROM task")
    answers: set[tuple[int, bytes]] = set()
    with server.http(Mode.TEST) as http:
        for task_id in (task.id, *NOWHERE):
            reply = http.request(method, f"/v1/task/{task_id}/{verb}", json=body)
            answers.add((reply.status_code, reply.content))
    assert answers == {(404, b'{"status_code":404,"error":"Task with that ID not found."}')}
    assert server.rows("SELECT task::text FROM task") == before
    with httpx.Client(base_url=server.url, auth=("live_nobody", "")) as http:
        path = f"/v1/task/{task.id}/{verb}"
        assert http.request(method, path, json=body).status_code == 401


@pytest.mark.parametrize("task_id", NOWHERE)
def test_the_client_understands_that_there_is_no_such_task(
    client: scaleapi.ScaleClient, task_id: str
) -> None:
    for change in (
        lambda: client.set_task_tags(task_id, ["a"]),
        lambda: client.add_task_tags(task_id, ["a"]),
        lambda: client.delete_task_tags(task_id, ["a"]),
        lambda: client.set_task_metadata(task_id, {"a": 1}),
        lambda: client.update_task_unique_id(task_id, "u"),
        lambda: client.clear_task_unique_id(task_id),
        lambda: client.audit_task(task_id, accepted=True),
    ):
        with pytest.raises(ScaleResourceNotFound, match="Task with that ID not found"):
            change()


def test_tags_changed_at_once_are_all_there(server: LiveServer) -> None:
    task = create(server.client())
    tags = ["a", "b", "c", "d", "e"]
    with server.http() as http, ThreadPoolExecutor(5) as pool:
        path = f"/v1/task/{task.id}/tags"
        futures = [pool.submit(http.put, path, json=[tag]) for tag in tags]
        replies = [future.result() for future in futures]
        assert [reply.status_code for reply in replies] == [200] * 5
        assert sorted(http.get(f"/v1/task/{task.id}").json()["tags"]) == tags
