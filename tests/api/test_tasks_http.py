"""What the official client does not send: forms, odd bodies, wrong methods, every filter."""

import base64
from datetime import datetime

import httpx
import msgspec
import pytest

from groundplane.storage.database import Mode
from live_server import LiveServer

FRAME = "https://data.example/frame-0.json"
BODY: dict[str, object] = {"attachments": [FRAME], "labels": ["Car"]}
PATH = "/v1/task/lidarannotation"


def create(server: LiveServer, **more: object) -> dict[str, str]:
    with server.http() as http:
        reply = http.post(PATH, json={**BODY, **more})
    assert reply.status_code == 200, reply.text
    return reply.json()


def refusal(server: LiveServer, body: object) -> str:
    with server.http() as http:
        reply = http.post(PATH, content=msgspec.json.encode(body))
    assert reply.status_code == 400, reply.text
    assert reply.json()["status_code"] == 400
    return reply.json()["error"].removeprefix("Parameter is invalid, reason: ")


def listed(server: LiveServer, query: str) -> list[str]:
    with server.http() as http:
        reply = http.get(f"/v1/tasks?{query}")
    assert reply.status_code == 200, reply.text
    assert reply.json()["total"] == len(reply.json()["docs"])
    return [task["task_id"] for task in reply.json()["docs"]]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"attachments": None}, "Please include an attachment or attachments parameter."),
        ({"attachments": []}, "Please include an attachment or attachments parameter."),
        ({"attachments": "x"}, '"attachments" must be an array'),
        ({"attachments": [1]}, '"attachments.0" must be a string'),
        (
            {"attachments": ["ftp://x/y"]},
            '"attachments.0" must be an http, https, s3, gs, file or',
        ),
        ({"attachments": ["http://x"] * 5001}, '"attachments" must contain less than'),
        ({"attachments": ["http://" + "x" * 9000]}, '"attachments.0" length must be less'),
        (
            {"attachment_type": "xml"},
            '"attachment_type" must be one of [json, protobuf, sensor_fusion]',
        ),
        ({"labels": None}, '"labels" is required'),
        ({"labels": []}, '"labels" is required'),
        ({"labels": ["a"] * 2}, '"labels" contains the label a more than once'),
        (
            {"labels": [f"l{n}" for n in range(51)]},
            '"labels" must contain less than or equal to 50',
        ),
        ({"labels": [""]}, '"labels.0" is not allowed to be empty'),
        ({"labels": [{"choice": ""}]}, '"labels.0.choice" is not allowed to be empty'),
        ({"labels": [{"display": "Car"}]}, '"labels.0.choice" is required'),
        ({"labels": [{"choice": "a", "subchoices": ["b", "b"]}]}, '"labels" contains the label b'),
        ({"labels": [7]}, '"labels.0" must be'),
        ({"callback_url": "hooks.example"}, '"callback_url" must include http:// or https://'),
        ({"callback_url": "http://"}, '"callback_url" must include'),
        ({"metadata": []}, '"metadata" must be an object'),
        ({"metadata": {"a": "x" * 10_240}}, '"metadata" must not be larger than 10240 bytes'),
        ({"priority": 15}, '"priority" must be one of [10, 20, 30]'),
        ({"priority": "20"}, '"priority" must be an integer'),
        ({"tags": ["1", "2", "3", "4", "5", "6"]}, '"tags" must contain less than or equal to 5'),
        ({"tags": [""]}, '"tags.0" is not allowed to be empty'),
        ({"tags": [None]}, '"tags.0" must be a string'),
        ({"unique_id": {}}, '"unique_id" must be'),
        ({"unique_id": ""}, '"unique_id" is not allowed to be empty'),
        ({"clear_unique_id_on_error": "yes"}, '"clear_unique_id_on_error" must be a boolean'),
        ({"meters_per_unit": 0}, '"meters_per_unit" must be greater than 0'),
        ({"max_distance_meters": -1}, '"max_distance_meters" must be greater than 0'),
        ({"frames_per_second": 0}, '"frames_per_second" must be greater than 0'),
        ({"frames_per_second": 1e-4}, '"frames_per_second" must be from 0.001 to 1e+06'),
        ({"meters_per_unit": 1e7}, '"meters_per_unit" must be from 1e-06 to 1e+06'),
        ({"labeling_sample_rate": 0}, '"labeling_sample_rate" must be greater than or equal to 1'),
        ({"labeling_sample_rate": 1.5}, '"labeling_sample_rate" must be an integer'),
        ({"annotation_attributes": {"a": {}}}, '"annotation_attributes.a.choices" is required'),
        (
            {"annotation_attributes": {"a": {"type": "x_line"}}},
            '"annotation_attributes.a.type" must be one of',
        ),
        (
            {"annotation_attributes": {"a": {"type": "linked"}}},
            '"annotation_attributes.a.allowed_labels" is required',
        ),
        (
            {"annotation_attributes": {"a": {"type": "number", "min": 2, "max": 1}}},
            '"annotation_attributes.a.min" must be less than or equal to max',
        ),
        (
            {"annotation_attributes": {"a": {"type": "number", "step": 0}}},
            '"annotation_attributes.a.step" must be greater than 0',
        ),
        ({"annotation_attributes": {"": {"type": "text"}}}, '"annotation_attributes." is not'),
    ],
)
def test_a_wrong_parameter_is_refused_by_name(
    shared_server: LiveServer, change: dict[str, object], sentence: str
) -> None:
    assert refusal(shared_server, {**BODY, **change}).startswith(sentence)


@pytest.mark.parametrize(
    "body", [b"[]", b"1", b'{"attachments": NaN}', b'{"metadata": {"a": 1e999}}', b"[" * 10_000]
)
def test_a_body_that_is_no_strict_object_is_refused(shared_server: LiveServer, body: bytes) -> None:
    with shared_server.http() as http:
        reply = http.post(PATH, content=body, headers={"Content-Type": "application/json"})
    assert reply.status_code == 400
    assert reply.json()["error"]


def test_no_body_at_all_is_a_missing_attachment(shared_server: LiveServer) -> None:
    with shared_server.http() as http:
        reply = http.post(PATH, headers={"Content-Type": "application/json"})
    assert reply.json()["error"] == "Please include an attachment or attachments parameter."


def test_ten_megabytes_and_more_are_refused_before_they_are_read(
    shared_server: LiveServer,
) -> None:
    with shared_server.http() as http:
        reply = http.post(PATH, content=b" " * (10 * 1024 * 1024 + 1))
    assert reply.status_code == 400
    assert "10485760 bytes" in reply.json()["error"]


def test_limits_are_accepted_at_the_edge(shared_server: LiveServer) -> None:
    task = create(
        shared_server,
        metadata={"a": "x" * (10_240 - len('{"a":""}'))},
        tags=["1", "2", "3", "4", "5"],
        labels=[f"l{n}" for n in range(50)],
        callback_url="ada@example.com",
        labeling_sample_rate=2.0,
    )
    assert task["status"] == "pending"


def test_a_form_makes_a_task(shared_server: LiveServer) -> None:
    with shared_server.http() as http:
        reply = http.post(
            PATH,
            content=b"attachments=https%3A%2F%2Fx%2F0.json&labels=Car&labels=Van&priority=10"
            b"&clear_unique_id_on_error=true&labeling_sample_rate=3&instruction=look+here",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
    task = reply.json()
    assert reply.status_code == 200, reply.text
    assert task["params"]["attachments"] == ["https://x/0.json"]
    assert task["params"]["labels"] == ["Car", "Van"]
    assert task["params"]["labeling_sample_rate"] == 3
    assert (task["priority"], task["instruction"]) == (10, "look here")


def test_attributes_are_echoed_with_their_defaults(shared_server: LiveServer) -> None:
    task = create(
        shared_server,
        annotation_attributes={
            "occlusion": {"choices": ["0%", "25%"], "description": "how hidden"},
            "speed": {"type": "number", "min": 0},
            "state": {"choices": ["a"], "allow_multiple": True, "global": True},
        },
    )
    assert msgspec.to_builtins(task)["params"]["annotation_attributes"] == {
        "occlusion": {
            "type": "category",
            "choices": ["0%", "25%"],
            "description": "how hidden",
            "allow_multiple": False,
        },
        "speed": {"type": "number", "min": 0, "step": 1},
        "state": {"type": "category", "choices": ["a"], "allow_multiple": True, "global": True},
    }


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", PATH),
        ("DELETE", "/v1/tasks"),
        ("POST", "/v1/tasks"),
        ("GET", f"/v1/task/{'a' * 24}/cancel"),
        ("GET", "/v1/nothing"),
        ("GET", f"/v1/task/{'a' * 24}%2Fcancel"),
    ],
)
def test_what_is_no_route_is_404_in_the_one_shape(
    shared_server: LiveServer, method: str, path: str
) -> None:
    with shared_server.http() as http:
        reply = http.request(method, path)
    assert reply.status_code == 404
    assert reply.json()["status_code"] == 404


def test_bearer_is_as_good_as_basic(shared_server: LiveServer) -> None:
    header = {"Authorization": f"Bearer {shared_server.keys[Mode.LIVE]}"}
    with httpx.Client(base_url=shared_server.url) as http:
        assert http.get("/v1/tasks?limit=1", headers=header).status_code == 200
        assert http.get("/v1/tasks?limit=1").status_code == 401


def test_every_filter_of_the_list_is_understood(server: LiveServer) -> None:
    server_times = [create(server, unique_id=f"u{n}", tags=[f"t{n}", "all"]) for n in range(3)]
    old, middle, new = (task["task_id"] for task in server_times)
    for day, task_id in enumerate((old, middle, new), start=1):
        moment = datetime.fromisoformat(f"2024-01-0{day}T10:00:00.123456+00:00")
        server.execute(
            "UPDATE task SET created_at = %s, updated_at = %s WHERE task_id = %s",
            *(moment, moment, task_id),
        )
    server.execute(
        "UPDATE task SET state = 'completed', completed_at = updated_at WHERE task_id = %s", new
    )
    assert listed(server, "") == [new, middle, old]
    assert listed(server, "start_time=2024-01-02&end_time=2024-01-03") == [middle]
    assert listed(server, "start_time=2024-01-02T10:00:00.123456") == [new, middle]
    assert listed(server, "end_time=2024-01-02 10:00:00.123456") == [middle, old]
    assert listed(server, "start_time=2024-01-03T03:00:00-07:00") == [new]
    assert listed(server, "updated_after=2024-01-02&updated_before=2024-01-03") == [middle]
    assert listed(server, "completed_after=2024-01-03") == [new]
    assert listed(server, "completed_before=2024-01-03") == []
    assert listed(server, "status=completed") == [new]
    assert listed(server, "status=pending") == [middle, old]
    assert listed(server, "status=error&project_id=ignored") == []
    assert listed(server, "type=lidarannotation&limit=") == [new, middle, old]
    assert listed(server, "type=lidarlinking") == []
    assert listed(server, "project=none") == []
    assert listed(server, "batch=none") == []
    assert listed(server, "unique_id=u0,u2") == [new, old]
    assert listed(server, "unique_id=u0&unique_id=u1") == [middle, old]
    assert listed(server, "tags=t1,t2&tags=none") == [new, middle]
    assert listed(server, "customer_review_status=accepted,fixed") == []
    assert listed(server, "customer_review_status=pending,fixed") == [new, middle, old]


def test_the_list_has_all_five_keys_and_offset_is_honoured(server: LiveServer) -> None:
    ids = [create(server)["task_id"] for _ in range(3)]
    with server.http() as http:
        page = http.get("/v1/tasks?offset=1&limit=1").json()
        empty = http.get("/v1/tasks?offset=3").json()
    assert [task["task_id"] for task in page["docs"]] == [ids[1]]
    assert {k: page[k] for k in ("total", "limit", "offset", "has_more")} == {
        "total": 3,
        "limit": 1,
        "offset": 1,
        "has_more": True,
    }
    token = msgspec.json.decode(base64.b64decode(page["next_token"]))
    assert set(token) == {"created_at", "task_id"}
    assert empty == {"docs": [], "total": 3, "limit": 100, "offset": 3, "has_more": False}


def test_limited_and_extended_documents(server: LiveServer) -> None:
    task = create(server, metadata={"a": 1})
    with server.http() as http:
        limited = http.get("/v1/tasks?limited_response=True").json()
        extended = http.get("/v1/tasks?include_attachment_url=True").json()
    assert limited["docs"] == [
        {"task_id": task["task_id"], "status": "pending", "metadata": {"a": 1}}
    ]
    assert extended["docs"][0]["attachmentS3Downloads"] == [
        {"s3URL": FRAME, "attachmentURL": FRAME, "isConvertedImage": False}
    ]


@pytest.mark.parametrize("query", ["status=queued", "limit=0", "next_token=x", "offset=-1"])
def test_a_wrong_filter_is_refused_by_name(shared_server: LiveServer, query: str) -> None:
    with shared_server.http() as http:
        reply = http.get(f"/v1/tasks?{query}")
    assert reply.status_code == 400
    assert f'"{query.partition("=")[0]}"' in reply.json()["error"]


@pytest.mark.parametrize(
    ("large", "pages_needed"),
    [
        # As it is stored: two instructions of 5 MB are more than a page may read.
        ({"instruction": "x" * 5_000_000}, 4),
        # As it is shown: params that compress to nothing are still 9 MB each on the wire.
        ({"anything": "x" * 9_000_000}, 2),
    ],
)
def test_a_page_of_huge_tasks_is_shorter_than_its_limit(
    server: LiveServer, large: dict[str, object], pages_needed: int
) -> None:
    for n in range(4):
        create(server, **large, unique_id=str(n))
    seen: list[str] = []
    token = ""
    pages = 0
    with server.http() as http:
        while True:
            page = http.get("/v1/tasks", params={"next_token": token}, timeout=60).json()
            seen += [task["unique_id"] for task in page["docs"]]
            pages += 1
            if not page["has_more"]:
                break
            token = page["next_token"]
    assert seen == ["3", "2", "1", "0"]
    assert pages == pages_needed
