"""/v1/files with the official client (Scale's docs, "Files"): upload, import, and what tasks do."""

import io
import json
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest
import scaleapi
from scaleapi.exceptions import (
    ScaleDuplicateResource,
    ScaleInvalidRequest,
    ScaleResourceNotFound,
)
from scaleapi.tasks import TaskType

from groundplane.files.jobs import read_uploaded
from groundplane.storage.database import Mode, Tenant
from groundplane.wire.multipart import MOST_FIELD_BYTES
from job_contexts import context_for
from live_server import MOST_UPLOAD_BYTES, LiveServer

PICTURE = b"\x89PNG\r\n\x1a\n\r\n--not the boundary--\r\n" + bytes(range(256))

CUT_OFF = b'--B\r\nContent-Disposition: form-data; name="file"\r\n\r\nx'


class Elsewhere(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        content = bytes(MOST_UPLOAD_BYTES + 1) if "large" in self.path else PICTURE
        found = "missing" not in self.path
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "image/PNG; charset=x")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Quiet."""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """The address of a server that has a picture under every path."""
    server = HTTPServer(("127.0.0.1", 0), Elsewhere)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def picture(name: str = "front camera.png", content: bytes = PICTURE) -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name
    return file


def content_of(server: LiveServer, sha256: object) -> bytes:
    (found,) = server.folder.rglob(str(sha256))
    return found.read_bytes()


def test_an_upload_as_the_client_makes_it(client: scaleapi.ScaleClient, server: LiveServer) -> None:
    client.create_project("roads/1", TaskType.LidarAnnotation)
    file = client.upload_file(
        picture(),
        project_name="roads/1",
        reference_id="r 1",
        metadata=json.dumps({"of": {"day": 1}}),
    )
    shown = file.as_dict()
    assert file.attachment_url == f"scaledata://{server.tenant.account_id}/{file.id}"
    assert shown["created_at"] == shown["updated_at"]
    assert (shown["size"], shown["mime_type"]) == (len(PICTURE), "image/png")
    assert (shown["project_names"], shown["display_name"]) == (["roads/1"], "front camera.png")
    assert (shown["reference_id"], shown["metadata"]) == ("r 1", {"of": {"day": 1}})
    ((sha256,),) = server.rows("SELECT sha256 FROM file")
    assert content_of(server, sha256) == PICTURE


def test_an_upload_with_nothing_but_bytes(client: scaleapi.ScaleClient) -> None:
    shown = client.upload_file(io.BytesIO(b"{}")).as_dict()
    assert (shown["project_names"], shown["metadata"], shown["display_name"]) == ([], {}, "file")
    assert shown["mime_type"] == "application/octet-stream"
    assert "reference_id" not in shown
    named = client.upload_file(picture("a.json", b"{}"), display_name="a.png").as_dict()
    assert (named["display_name"], named["mime_type"]) == ("a.png", "application/json")


def test_a_file_may_have_so_many_bytes_and_no_more(client: scaleapi.ScaleClient) -> None:
    most = client.upload_file(picture(content=bytes(MOST_UPLOAD_BYTES)))
    assert most.as_dict()["size"] == MOST_UPLOAD_BYTES
    with pytest.raises(ScaleInvalidRequest, match=r"File exceeds the size limit of 12 MB\."):
        client.upload_file(picture(content=bytes(MOST_UPLOAD_BYTES + 1)))


def test_a_reference_id_is_used_once_in_a_world(server: LiveServer) -> None:
    client = server.client()
    client.upload_file(picture(), reference_id="r")
    for again in (
        lambda: client.upload_file(picture(), reference_id="r"),
        lambda: client.import_file("http://127.0.0.1:1/x", reference_id="r"),
    ):
        with pytest.raises(ScaleDuplicateResource, match="already used for a different file"):
            again()
    server.client(Mode.TEST).upload_file(picture(), reference_id="r")
    assert server.rows("SELECT count(*) FROM file") == [(2,)]


def test_what_comes_after_the_bytes_counts_as_well(server: LiveServer) -> None:
    """And a file that is refused then leaves bytes that the sweep knows of."""

    def post(after: str, content: str) -> httpx.Response:
        part = '\r\n--B\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}'
        file = '--B\r\nContent-Disposition: form-data; name="file"; filename="a.json"\r\n\r\n'
        body = (file + content + part.format("reference_id", after) + "\r\n--B--\r\n").encode()
        headers = {"content-type": "multipart/form-data; boundary=B"}
        with closing(server.http()) as http:
            return http.post("/v1/files/upload", content=body, headers=headers)

    first, second = post("late", "1"), post("late", "2")
    assert (first.status_code, first.json()["reference_id"]) == (200, "late")
    assert second.status_code == 409
    assert post("x" * 513, "3").status_code == 400
    assert server.rows("SELECT count(*) FROM file") == [(1,)]
    assert server.rows("SELECT count(*) FROM blob") == [(3,)]


def test_wrong_uploads_are_refused(client: scaleapi.ScaleClient, server: LiveServer) -> None:
    for fields, complaint in (
        ({"metadata": "{"}, '"metadata" must be an object as JSON text'),
        ({"metadata": "[]"}, '"metadata" must be an object as JSON text'),
        ({"metadata": json.dumps({"a": "x" * 10_240})}, '"metadata" must not be larger'),
        ({"reference_id": "x" * 513}, '"reference_id" length must be less'),
        ({"anything": "x" * (MOST_FIELD_BYTES + 1)}, '"anything" must not be larger'),
        ({f"f{n}": "x" for n in range(32)}, "The form is too large"),
    ):
        with pytest.raises(ScaleInvalidRequest, match=complaint):
            client.upload_file(picture(), **fields)
    with pytest.raises(ScaleInvalidRequest, match=r"The file is empty\."):
        client.upload_file(picture(content=b""))
    with pytest.raises(ScaleResourceNotFound, match="Project with that name not found"):
        client.upload_file(picture(), project_name="nowhere")
    form = {"content-type": "multipart/form-data; boundary=B"}
    with closing(server.http()) as http:
        for headers, body, complaint in (
            (form, b"", "must be multipart/form-data with a file"),
            (form, b"--B--\r\n", '"file" is required'),
            (
                form,
                b'--B\r\nContent-Disposition: form-data; name="file"\r\n\r\nx',
                "Unexpected end",
            ),
            ({"content-type": "application/json"}, b"{}", "must be multipart/form-data"),
            ({"content-type": "multipart/form-data"}, b"--B--\r\n", "must be multipart/form-data"),
        ):
            refused = http.post("/v1/files/upload", content=body, headers=headers)
            assert refused.status_code == 400
            assert complaint in refused.json()["error"]
    assert server.rows("SELECT count(*) FROM file") == [(0,)]


def test_an_import_as_the_client_makes_it(
    client: scaleapi.ScaleClient, server: LiveServer, elsewhere: str
) -> None:
    client.create_project("r", TaskType.LidarAnnotation)
    shown = client.import_file(
        f"{elsewhere}/front%20camera?sig=secret", project_name="r", metadata={"a": 1}
    ).as_dict()
    assert (shown["size"], shown["mime_type"]) == (len(PICTURE), "image/png")
    assert (shown["display_name"], shown["metadata"]) == ("front camera", {"a": 1})
    assert shown["project_names"] == ["r"]
    ((sha256,),) = server.rows("SELECT sha256 FROM file")
    assert content_of(server, sha256) == PICTURE


def test_what_cannot_be_imported_says_why(client: scaleapi.ScaleClient, elsewhere: str) -> None:
    for url, complaint in (
        (f"{elsewhere}/missing", "The server answered 404"),
        (f"{elsewhere}/large", "larger than the limit"),
        ("http://10.0.0.1/x", "could not be reached"),
        ("file:///etc/passwd", "file:// addresses are not enabled"),
        ("ftp://a.example/x", '"file_url" must be an http, https, s3, gs or file URL'),
        ("scaledata://a/b", '"file_url" must be an http, https, s3, gs or file URL'),
        ("", '"file_url" is required'),
    ):
        with pytest.raises(ScaleInvalidRequest, match=complaint):
            client.import_file(url)


@pytest.mark.parametrize("mode", list(Mode))
def test_an_uploaded_file_is_an_attachment_in_its_own_world(server: LiveServer, mode: Mode) -> None:
    client = server.client(mode)
    url = client.upload_file(picture("frame.json")).attachment_url
    task = client.create_task(TaskType.LidarAnnotation, attachments=[url], labels=["Car"])
    assert task.as_dict()["params"]["attachments"] == [url]


async def test_the_address_leads_to_the_bytes_in_its_own_world_only(
    server: LiveServer,
) -> None:
    url = server.client(Mode.TEST).upload_file(picture("frame.json")).attachment_url
    async with context_for(server.urls.app, server.folder) as context:
        world = Tenant(server.tenant.account_id, Mode.TEST)
        assert (await read_uploaded(context, world, url, 10_000)).content == PICTURE
        with pytest.raises(Exception, match="no such uploaded file"):
            await read_uploaded(context, server.tenant, url, 10_000)


def test_the_files_of_a_project_are_paged_and_filtered(
    client: scaleapi.ScaleClient, server: LiveServer
) -> None:
    client.create_project("r", TaskType.LidarAnnotation)
    made = [
        client.upload_file(picture(), project_name="r", metadata=json.dumps({"n": n, "of": "r"})).id
        for n in range(103)
    ]
    client.upload_file(picture())
    with closing(server.http()) as http:

        def page(**query: Any) -> dict[str, Any]:
            return http.get("/v1/assets", params={"project": "r"} | query).json()

        first = page()
        second = page(cursor=first["cursor"])
        assert [file["id"] for file in first["docs"] + second["docs"]] == made[::-1]
        assert "cursor" not in second
        assert [file["id"] for file in page(metadata='{"n": 7}')["docs"]] == [made[7]]
        assert page(metadata='{"of": "x"}')["docs"] == []
        assert http.get("/v1/assets").status_code == 400
        assert http.get("/v1/assets?project=x").status_code == 404
        assert page(cursor="x")["status_code"] == page(metadata="x")["status_code"] == 400
