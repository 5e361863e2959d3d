"""Keys of buckets: kept by managers, never shown, and used for whatever lies at s3:// and gs://."""

import io
import json
from collections.abc import Iterator
from contextlib import closing

import httpx
import msgspec
import pytest
from PIL import Image
from scaleapi.exceptions import ScaleInvalidRequest

from bucket_server import (
    BLIND_ID,
    BLIND_SECRET,
    KEY_ID,
    REGION,
    SECRET,
    BucketServer,
    running_bucket_server,
)
from groundplane.buckets import answers, operations
from groundplane.tasks import arrivals
from groundplane.tasks.ingest import FrameUnreadable, StoredFrame, read_frame
from groundplane.tasks.types.kind import SceneOrder
from groundplane.wire.people import Role
from job_contexts import context_for
from live_server import LiveServer

KEYS = "/app/bucket-keys"


@pytest.fixture(scope="module")
def bucket() -> Iterator[BucketServer]:
    with running_bucket_server() as server:
        yield server


@pytest.fixture(scope="module")
def manager(shared_server: LiveServer) -> Iterator[httpx.Client]:
    with closing(httpx.Client(base_url=shared_server.url)) as client:
        link = shared_server.links[Role.MANAGER]
        assert client.post("/app/sign-in", json={"token": link}).status_code == 200
        yield client


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "PAUSES_S", (0.01, 0.01))


def keep(manager: httpx.Client, bucket: BucketServer, address: str, **change: str) -> None:
    given = {"endpoint": bucket.endpoint, "region": REGION, "key_id": KEY_ID, "secret": SECRET}
    reply = manager.put(KEYS, json={**given, "address": address, **change})
    assert reply.status_code == 200, reply.text


def checked(manager: httpx.Client, address: str, file: str = "") -> tuple[bool, str]:
    reply = manager.post(f"{KEYS}/check", json={"address": address, "file": file})
    assert reply.status_code == 200, reply.text
    return reply.json()["opens"], reply.json()["sentence"]


async def read(server: LiveServer, url: str) -> StoredFrame:
    async with context_for(server.urls.app, server.folder) as context:
        return await read_frame(context, server.tenant, SceneOrder([url], 1.0, 10.0), 0)


def frame(image_url: str) -> bytes:
    image = {
        "image_url": image_url,
        "camera_index": 0,
        "fx": 900,
        "fy": 910,
        "cx": 32,
        "cy": 20,
        "position": {"x": 0.5, "y": 0, "z": 1.5},
        "heading": {"w": 0.5, "x": -0.5, "y": 0.5, "z": -0.5},
    }
    points = [{"x": 1.5, "y": 2, "z": 0.25}]
    return msgspec.json.encode(
        {"device_position": {"x": 2, "y": 4, "z": 6}, "points": points, "images": [image]}
    )


def test_a_key_is_checked_and_its_secret_stays_hidden(
    shared_server: LiveServer, manager: httpx.Client, bucket: BucketServer
) -> None:
    file = bucket.put("checks/a b/ü#?+%20.json", b"{}")
    for change, said in (
        ({}, (True, operations.OPENS)),
        ({"key_id": "AKIANOBODY"}, (False, answers.REFUSED_KEY)),
        ({"secret": "wrong"}, (False, answers.REFUSED_KEY)),
        ({"region": "us-west-2"}, (False, answers.OTHER_REGION)),
        ({"key_id": BLIND_ID, "secret": BLIND_SECRET}, (False, operations.MAY_NOT_LIST)),
    ):
        keep(manager, bucket, "s3://drives/checks", **change)
        assert checked(manager, "s3://drives/checks") == said
    assert checked(manager, "s3://drives/checks", file) == (True, operations.OPENS_FILE)
    assert checked(manager, "s3://drives/checks", f"{file}x") == (False, answers.NO_FILE)
    keep(manager, bucket, "s3://nowhere")
    assert checked(manager, "s3://nowhere") == (False, answers.NO_BUCKET)
    listed = manager.get(KEYS)
    addresses = {one["address"] for one in listed.json()["bucket_keys"]}
    assert addresses >= {"s3://drives/checks", "s3://nowhere"}
    assert SECRET not in listed.text
    kept = shared_server.rows("SELECT sealed FROM bucket_key")
    assert not [row for row in kept if SECRET.encode() in bytes(row[0])]  # pyright: ignore[reportArgumentType] - bytea
    for address in ("s3://drives/checks", "s3://nowhere"):
        assert manager.post(f"{KEYS}/remove", json={"address": address}).status_code == 200
    assert manager.post(f"{KEYS}/remove", json={"address": "s3://nowhere"}).status_code == 404
    assert manager.post(f"{KEYS}/check", json={"address": "s3://nowhere"}).status_code == 404


async def test_frames_and_their_images_come_from_buckets_by_the_nearest_key(
    shared_server: LiveServer, manager: httpx.Client, bucket: BucketServer
) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (64, 40), (10, 120, 200)).save(picture, "PNG")
    image_url = bucket.put("drive 1/images/front.png", picture.getvalue())
    url = bucket.put("drive 1/frame.json", frame(image_url))
    with pytest.raises(FrameUnreadable, match=r"No key for s3://drives is kept here\."):
        await read(shared_server, url)
    keep(manager, bucket, "s3://drives")
    stored = await read(shared_server, url)
    assert [one.image.size_bytes for one in stored.manifest.stored] == [picture.tell()]
    keep(manager, bucket, "s3://drives/drive 1/images", secret="wrong")
    with pytest.raises(FrameUnreadable) as raised:
        await read(shared_server, url)
    failure = raised.value.failure
    assert (failure.url, failure.status_code) == (image_url, 403)
    assert failure.message.endswith(answers.REFUSED_KEY)
    assert "Amz" not in json.dumps(msgspec.to_builtins(failure))


def test_a_file_is_imported_from_a_bucket_of_google_by_its_hmac_key(
    shared_server: LiveServer, manager: httpx.Client, bucket: BucketServer
) -> None:
    """Google's API for keys of two halves is Amazon's; gs:// and the endpoint tell them apart."""
    bucket.put("notes?1.txt", b"from google")
    client = shared_server.client()
    with pytest.raises(ScaleInvalidRequest, match="No key for gs://drives is kept here"):
        client.import_file("gs://drives/notes?1.txt")
    keep(manager, bucket, "gs://drives")
    file = client.import_file("gs://drives/notes?1.txt").as_dict()
    assert file["size"] == len(b"from google")
    with pytest.raises(ScaleInvalidRequest, match=answers.NO_FILE):
        client.import_file("gs://drives/none.txt")


def test_only_managers_have_to_do_with_keys(shared_server: LiveServer) -> None:
    with closing(httpx.Client(base_url=shared_server.url)) as client:
        client.post("/app/sign-in", json={"token": shared_server.links[Role.REVIEWER]})
        given = {"address": "s3://drives", "key_id": "k", "secret": "s"}
        assert client.get(KEYS).status_code == 403
        assert client.put(KEYS, json=given).status_code == 403
        assert client.post(f"{KEYS}/check", json={"address": "s3://drives"}).status_code == 403
        assert client.post(f"{KEYS}/remove", json={"address": "s3://drives"}).status_code == 403
