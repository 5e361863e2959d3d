"""What a task, a batch and a file show is what they are found by: times, names and addresses."""

import base64
import time
from contextlib import closing
from urllib.parse import urlsplit

import httpx
import pytest

from groundplane.files import addresses
from groundplane.storage.database import Mode
from groundplane.storage.secrets import InstanceSecret
from groundplane.wire.people import Role
from live_server import PUBLIC_URL, LiveServer

BODY: dict[str, object] = {
    "attachments": ["https://data.example/frame-0.json"],
    "labels": ["Car"],
}
RANGES = (
    ("start_time", "end_time"),
    ("updated_after", "updated_before"),
    ("completed_after", "completed_before"),
)


def made(http: httpx.Client, **more: object) -> str:
    reply = http.post("/v1/task/lidarannotation", json=BODY | more)
    assert reply.status_code == 200, reply.text
    return reply.json()["task_id"]


def test_a_shown_time_is_within_its_own_bounds(shared_server: LiveServer) -> None:
    """Rows keep microseconds: one is at the end of a millisecond, one at the start of the next."""
    with closing(shared_server.http()) as http:
        http.post("/v1/projects", json={"type": "lidarannotation", "name": "p"}).raise_for_status()
        for name in ("b0", "b1"):
            http.post("/v1/batches", json={"project": "p", "name": name}).raise_for_status()
        tasks = [made(http, tags=["bounds"]) for _ in range(2)]
        for n, moment in enumerate(("2024-05-01T09:00:57.229999Z", "2024-05-01T09:00:57.230000Z")):
            shared_server.execute(
                "UPDATE task SET created_at = %s, updated_at = %s, completed_at = %s"
                " WHERE task_id = %s",
                *(moment, moment, moment, tasks[n]),
            )
            shared_server.execute(
                "UPDATE batch SET created_at = %s, completed_at = %s WHERE name = %s",
                *(moment, moment, f"b{n}"),
            )

        def found(path: str, key: str, **query: str) -> list[str]:
            page = http.get(f"/v1/{path}", params=query).raise_for_status().json()
            return [one[key] for one in page["docs"]]

        shown = [http.get(f"/v1/task/{task}").json()["created_at"] for task in tasks]
        assert shown == ["2024-05-01T09:00:57.229Z", "2024-05-01T09:00:57.230Z"]
        for least, most in RANGES:
            for n in range(2):
                window = {least: shown[n], most: shown[n]}
                assert found("tasks", "task_id", tags="bounds", **window) == [tasks[n]], window
            assert found("tasks", "task_id", tags="bounds", **{most: shown[0]}) == [tasks[0]]
            assert found("tasks", "task_id", tags="bounds", **{least: shown[1]}) == [tasks[1]]
            finer = {most: "2024-05-01T09:00:57.229998"}
            assert found("tasks", "task_id", tags="bounds", **finer) == []
        for least, most in (RANGES[0], RANGES[2]):
            assert found("batches", "name", **{most: shown[0]}) == ["b0"]
            assert found("batches", "name", **{least: shown[1], most: shown[1]}) == ["b1"]
        basic = {"start_time": "20240501T090057.229Z", "end_time": "20240501T090057.229Z"}
        assert found("tasks", "task_id", **basic) == [tasks[0]]


def uploaded(http: httpx.Client, name: str, content: bytes, media_type: str) -> str:
    reply = http.post("/v1/files/upload", files={"file": (name, content, media_type)})
    return reply.raise_for_status().json()["attachment_url"]


def test_an_uploaded_file_is_fetched_by_the_link_that_its_task_shows(
    shared_server: LiveServer,
) -> None:
    page = b"<script>1</script>"
    with closing(shared_server.http()) as http:
        picture = uploaded(http, "a.png", b"picture", "image/png")
        document = uploaded(http, "a.html", page, "text/html")
        foreign = f"scaledata://{'f' * 24}/{picture.rpartition('/')[2]}"
        names = [picture, document, foreign, "https://data.example/x"]
        made(http, attachments=names, tags=["linked"])
        query = {"tags": "linked", "include_attachment_url": "True"}
        (task,) = http.get("/v1/tasks", params=query).json()["docs"]
    shown = task["attachmentS3Downloads"]
    assert task["params"]["attachments"] == [one["attachmentURL"] for one in shown] == names
    links = [one["s3URL"] for one in shown]
    assert links[2:] == names[2:]
    assert all(link.startswith(f"{PUBLIC_URL}/blobs/files/") for link in links[:2])
    paths = [urlsplit(link).path for link in links[:2]]
    with httpx.Client(base_url=shared_server.url) as anybody:
        whole, part = anybody.get(paths[0]), anybody.get(paths[0], headers={"Range": "bytes=1-2"})
        assert (whole.content, whole.headers["content-type"]) == (b"picture", "image/png")
        assert (part.status_code, part.content) == (206, b"ic")
        run = anybody.get(paths[1])
        assert (run.content, run.headers["content-type"]) == (page, "application/octet-stream")
        assert run.headers["content-disposition"] == "attachment"
        head = anybody.head(paths[0])
        assert (head.status_code, head.content) == (200, b"")
        same = ("content-length", "content-type", "etag", "accept-ranges")
        assert [head.headers[name] for name in same] == [whole.headers[name] for name in same]
        assert anybody.head("/blobs/" + "a" * 22).status_code == 404

        start, token = paths[0].rsplit("/", 1)
        sealed = bytearray(base64.urlsafe_b64decode(token))
        for place in (0, 12, 13, 29, len(sealed) - 1):  # account, mode, file, end, seal
            forged = bytes(byte ^ (n == place) for n, byte in enumerate(sealed))
            spelled = base64.urlsafe_b64encode(forged).decode()
            assert anybody.get(f"{start}/{spelled}").status_code == 404, place
        for nonsense in ("x", "\u00e4", "A" * 64, token[:-4]):
            assert anybody.get(f"{start}/{nonsense}").status_code == 404

        secret = InstanceSecret.load_or_create(shared_server.folder)
        now_s = time.time()
        for days, whose in ((0, shared_server.tenant), (6.9, shared_server.tenant), (8.1, None)):
            read = addresses.read_token(secret, token, now_s + days * addresses.DAY_S)
            assert (read and read[0]) == whose


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_malformed_id_names_no_task(shared_server: LiveServer, method: str) -> None:
    rest = {"GET": ("",), "POST": ("/cancel", "/tags", "/setMetadata", "/audit")}[method]
    with closing(shared_server.http()) as http:
        for spelled in ("%00", "%ff", "%zz", "a%ED%A0%80", "%2F"):
            for ending in rest:
                body = {"accepted": True} if ending == "/audit" else None
                content = b"[]" if ending == "/tags" else None
                path = f"/v1/task/{spelled}{ending}"
                target = httpx.URL(shared_server.url).copy_with(raw_path=path.encode())
                reply = http.request(method, target, json=body, content=content)
                assert reply.status_code == 404, (path, reply.text)
                assert reply.json()["error"] == "Task with that ID not found.", path
    with httpx.Client(base_url=shared_server.url) as nobody:
        assert nobody.request(method, f"/v1/task/%00{rest[0]}").status_code == 401


def test_a_batch_knows_when_a_task_of_it_was_audited_last(shared_server: LiveServer) -> None:
    with (
        closing(shared_server.http()) as http,
        httpx.Client(base_url=shared_server.url) as manager,
    ):
        manager.post("/app/sign-in", json={"token": shared_server.links[Role.MANAGER]})
        project = {"type": "lidarannotation", "name": "audited"}
        http.post("/v1/projects", json=project).raise_for_status()
        for name in ("looked at", "left"):
            body = {"project": "audited", "name": name}
            assert "last_audited_at" not in http.post("/v1/batches", json=body).json()
        task = made(http, batch="looked at")
        made(http, batch="left")
        shared_server.execute(
            "UPDATE task SET state = 'completed', response = '{}' WHERE task_id = %s", task
        )

        def last_audit(result: str) -> dict[str, object]:
            """Which is also the batch's, to be found by."""
            audit = http.get(f"/v1/task/{task}").json()["audits"][0]
            assert audit["audit_result"] == result
            shown = http.get("/v1/batches/looked%20at").json()["last_audited_at"]
            assert shown == audit["audited_at"]
            query = {"project": "audited", "audited_after": shown, "audited_before": shown}
            docs = http.get("/v1/batches", params=query).json()["docs"]
            assert [batch["name"] for batch in docs] == ["looked at"]
            return audit

        http.post(f"/v1/task/{task}/audit", json={"accepted": False}).raise_for_status()
        by_key = last_audit("rejected")
        verdict = {"opinion": "accepted"}
        manager.post(f"/app/tasks/{task}/audit", json=verdict).raise_for_status()
        by_person = last_audit("accepted")
        assert by_key["audited_at"] != by_person["audited_at"]
        assert by_key["audited_by"] == by_person["audited_by"] == "manager@example.com"
        seen = manager.get(f"/app/tasks/{task}/after-delivery").json()["audits"]
        hint = f"API key live_…{shared_server.keys[Mode.LIVE][-4:]}"
        assert [one["by"] for one in seen] == ["manager@example.com", hint]
