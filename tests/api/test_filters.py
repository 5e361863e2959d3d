"""The filters of GET /v1/tasks: every spelling that clients send, and none that does harm."""

import base64
import itertools
import time
from urllib.parse import quote, urlencode

import httpx
import msgspec
import pytest
import requests

from groundplane.storage.database import Mode
from live_server import LiveServer

FRAME = "https://data.example/frame-0.json"
PATH = "/v1/task/lidarannotation"
BODY: dict[str, object] = {"attachments": [FRAME], "labels": ["Car"]}
WORDS = ("type", "project", "batch", "tags", "unique_id", "status", "customer_review_status")
MOMENTS = ("start_time", "end_time", "updated_after", "completed_before")
OTHERS = ("next_token", "limit", "offset", "limited_response", "include_attachment_url")

QUOTES = ("'", '"', "')", "';", "\\'", "%27", "\u02bc", "$$")
ATTACKS = (
    " OR 1=1 --",
    " UNION SELECT key_hash FROM api_key --",
    "; DROP TABLE task; --",
    " AND (SELECT pg_sleep(5)) IS NULL --",
    "||(SELECT current_setting('groundplane.account_id'))||",
    "}'::text[]) OR true --",
    "; SET LOCAL groundplane.mode TO test; --",
    " IN (SELECT unique_id FROM task) --",
)
PATHS = (
    *("account__api_key__key_hash__startswith", "project__tasks__unique_id", "$where", "__class__"),
    *(
        "%(account_id)s",
        "{0.__class__}",
        "%s%s%s",
        "${jndi:ldap://x}",
        "../../etc/passwd",
        "*",
        "%",
    ),
    *("_", "null", "NaN", "-1", "1e309", "9" * 5000, "\u202e", "\ud83d\udca5", "a" * 30_000),
)
PAYLOADS = [
    *(opened + attack for opened, attack in itertools.product(QUOTES, ATTACKS)),
    *(word + opened + attack for word, opened, attack in itertools.product(
        ("lidarannotation", "2024-01-01"), QUOTES, ATTACKS)),
    *PATHS,
    *(opened * 40 for opened in QUOTES),
]  # fmt: skip


def create(server: LiveServer, **more: object) -> str:
    with server.http() as http:
        reply = http.post(PATH, json={**BODY, **more})
    assert reply.status_code == 200, reply.text
    return reply.json()["task_id"]


def listed(server: LiveServer, query: str) -> list[str]:
    with server.http() as http:
        page = http.get(f"/v1/tasks?{query}").raise_for_status().json()
    assert page["total"] == len(page["docs"])
    return [task["task_id"] for task in page["docs"]]


def test_there_are_two_hundred_payloads() -> None:
    assert len(set(PAYLOADS)) >= 200


def test_no_payload_in_any_filter_finds_breaks_or_delays_anything(server: LiveServer) -> None:
    """Each in the filter whose turn it is: refused, or no row; and the database is as it was."""
    create(server, tags=["mine"], unique_id="mine")
    before = server.rows("SELECT task::text FROM task")
    keys = server.rows("SELECT api_key::text FROM api_key")
    names = itertools.cycle((*WORDS, *MOMENTS, *OTHERS))
    with server.http() as http:
        for payload, name in zip(PAYLOADS, names, strict=False):
            query = f"{name}={quote(payload.encode('utf-8', 'surrogatepass'), safe='')}"
            begun = time.monotonic()
            reply = http.get(f"/v1/tasks?{query}")
            assert time.monotonic() - begun < 4, query
            assert reply.status_code in (200, 400), query
            if reply.status_code == 200:
                assert reply.json()["docs"] == [], query
            else:
                assert reply.json()["status_code"] == 400
    assert server.rows("SELECT task::text FROM task") == before
    assert server.rows("SELECT api_key::text FROM api_key") == keys


SPELLINGS = (
    "tags=a&tags=b",
    "tags=a,b",
    "tags=a%2Cb",
    "tags[]=a&tags[]=b",
    "tags=,a,,b,",
    "tags=a&tags=&tags=b&tags",
    "tags=b&limit=&status&type=&start_time&project=&unique_id=&next_token=&tags=a",
    "tags=a,b&project_id=none&project_name=none&metadata=none&__proto__=x&account_id=1",
    "tags=a,b&status=completed&status=pending",
    "tags=a,b&include_attachment_url=True&limited_response=False&offset=0",
    "tags=a,b&include_attachment_url=true&limited_response=false",
    "tags=a,b&customer_review_status=pending%2Caccepted",
)


def test_a_list_is_read_in_every_spelling(server: LiveServer) -> None:
    first, second = create(server, tags=["a"]), create(server, tags=["b", "c"])
    create(server, tags=["c"])
    for query in SPELLINGS:
        assert listed(server, query) == [second, first], query


NAMES = ("b 1/2", "100%", "a+b", "%2F", "ä,ö", "?&=#", ".. ", "'; --", "\u202e", "a" * 200)


def test_names_with_any_character_are_found(server: LiveServer) -> None:
    create(server)
    for name in NAMES:
        with server.http() as http:
            project = {"type": "lidarannotation", "name": name}
            http.post("/v1/projects", json=project).raise_for_status()
        task = create(server, project=name, unique_id=name, tags=[name])
        for filter_name in ("project", "unique_id", "tags"):
            for spelled in (
                urlencode({filter_name: name}),
                f"{filter_name}={quote(name, safe='')}",
            ):
                assert listed(server, spelled) == [task], spelled


def test_a_unique_id_that_was_pasted_into_the_address_is_found(server: LiveServer) -> None:
    """As the official client looks for its task after an answer was lost."""
    auth = (server.keys[Mode.LIVE], "")
    for part in ("another", "a", "b", "limit", "x"):
        create(server, unique_id=part)
    for name in (
        *("c b", "a+b", "100%", "50%25", "a/b", "a,b", "a%zz", "ä+ 1", ",", " ", " b ", "=", "a=b"),
        *("a&b", "&", "a&b=c", "a&b+c,%", "x&tags[]", "?a&?", "ä&%2F", "\\;\"'"),
    ):
        task = create(server, unique_id=name)
        url = f"{server.url}/v1/tasks?unique_id={name}"
        found = requests.get(url, auth=auth, timeout=10).json()["docs"]
        assert [doc["task_id"] for doc in found] == [task], name


def test_another_filter_is_no_part_of_a_pasted_unique_id(server: LiveServer) -> None:
    task = create(server, unique_id="a")
    create(server, unique_id="a&limit=1")
    assert listed(server, "unique_id=a&limit=1") == [task]
    assert listed(server, "unique_id=a&tags[]=b") == []
    assert listed(server, "unique_id=a&nobody=asks") == [task]
    assert listed(server, "unique_id=b&nobody=asks") == []


def test_a_comma_joins_unless_one_unique_id_has_it(server: LiveServer) -> None:
    first, second = create(server, unique_id="a"), create(server, unique_id="b")
    assert listed(server, "unique_id=a,b") == [second, first]
    assert listed(server, "unique_id=a,b&unique_id=c") == [second, first]
    joined = create(server, unique_id="a,b")
    create(server, unique_id="c")
    newer = create(server, unique_id="ab")
    assert listed(server, "unique_id=a,b") == [joined]
    assert listed(server, "unique_id=a,ab") == [newer, first]
    assert listed(server, "unique_id=a,b&unique_id=ab") == [newer, joined, second, first]


def test_the_proper_reading_of_a_plus_comes_first(server: LiveServer) -> None:
    plus, space = create(server, unique_id="a+b"), create(server, unique_id="a b")
    assert listed(server, "unique_id=a+b") == [space]
    assert listed(server, "unique_id=a%2Bb") == [plus]
    assert listed(server, "unique_id=a%20b") == [space]


def token(**fields: object) -> str:
    return base64.b64encode(msgspec.json.encode(fields)).decode()


def test_a_token_is_read_in_both_spellings_and_with_or_without_encoding(
    server: LiveServer,
) -> None:
    ids = [create(server) for _ in range(3)]
    with server.http() as http:
        page = http.get("/v1/tasks?limit=1").json()
        ours = msgspec.json.decode(base64.b64decode(page["next_token"]))
        assert ours["task_id"] == ids[2]
        spelled = (
            quote(page["next_token"], safe=""),
            page["next_token"],
            token(id=ours["task_id"], created_at=ours["created_at"]),
        )
        for one in spelled:
            rest = http.get(f"/v1/tasks?next_token={one}").json()
            assert [task["task_id"] for task in rest["docs"]] == ids[1::-1]
            assert (rest["total"], rest["has_more"]) == (3, False)


@pytest.mark.parametrize(
    "forged",
    [
        *("x", "====", "bm8=", "e30=", token(task_id="a" * 24), token(created_at="2024-01-01")),
        token(task_id="' OR 1=1", created_at="2024-01-01T00:00:00Z"),
        token(task_id="a" * 24, created_at="now()"),
        token(task_id="a" * 24, created_at="99999-01-01T00:00:00Z"),
        token(task_id="a" * 24, created_at="0001-01-01T00:00:00+23:59"),
        token(task_id=["a" * 24], created_at="2024-01-01T00:00:00Z"),
        token(task_id="A" * 24, created_at=5),
        base64.b64encode(b"[" * 10_000).decode(),
        base64.b64encode(b"\xff\xfe").decode(),
        "\u00e4",
    ],
)
def test_a_forged_token_is_refused(shared_server: LiveServer, forged: str) -> None:
    with shared_server.http() as http:
        reply = http.get("/v1/tasks", params={"next_token": forged})
    assert reply.status_code == 400
    assert '"next_token"' in reply.json()["error"]


def test_a_token_of_another_world_shows_nothing_of_it(server: LiveServer) -> None:
    """A token is a place in time, no permission."""
    create(server)
    far = token(task_id="f" * 24, created_at="9999-12-31T23:59:59Z")
    with httpx.Client(base_url=server.url, auth=(server.keys[Mode.TEST], "")) as http:
        assert http.get("/v1/tasks", params={"next_token": far}).json()["docs"] == []


@pytest.mark.parametrize(
    ("query", "blamed"),
    [
        *(("limit=0", "limit"), ("limit=101", "limit"), ("limit=ten", "limit")),
        *(("limit=1.5", "limit"), ("limit=%F0%9D%9F%99", "limit"), ("offset=-1", "offset")),
        *(("start_time=yesterday", "start_time"), ("end_time=2024-13-01", "end_time")),
        *(("updated_after=2024-02-30", "updated_after"), ("status=queued", "status")),
        ("customer_review_status=approved", "customer_review_status"),
        ("limited_response=maybe", "limited_response"),
        ("include_attachment_url=2", "include_attachment_url"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name(
    shared_server: LiveServer, query: str, blamed: str
) -> None:
    with shared_server.http() as http:
        reply = http.get(f"/v1/tasks?{query}")
    assert reply.status_code == 400
    assert f'"{blamed}"' in reply.json()["error"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("&".join(["tags=a"] * 10_000)[:60_000], 400),
        ("tags=" + "a," * 10_000, 200),
        ("unique_id=" + "%2C" * 10_000, 200),
        ("type=%00", 400),
        ("type=%ff", 400),
        ("type=%ED%A0%80", 400),
    ],
)
def test_many_values_and_odd_bytes_do_no_harm(
    shared_server: LiveServer, query: str, status: int
) -> None:
    with shared_server.http() as http:
        reply = http.get(f"/v1/tasks?{query}")
    assert reply.status_code == status
    assert reply.json().get("docs", []) == []
