"""Attachments that cannot be read: the task goes to `error` and says which, where and why."""

import asyncio
import gzip
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from bad_world import FRAME, Window, World, refusal, site_in_a_thread
from PIL import Image
from scaleapi.exceptions import ScaleDuplicateResource
from scaleapi.tasks import TaskType

from groundplane.errors import FetchFailed
from groundplane.fetch.fetcher import Fetcher, FetchLimits
from loopback import Answer, drip, redirect, reply, reset

MIB = 1 << 20
UNREACHABLE = "The address could not be reached."
NO_NUMBER = r"Invalid JSON Format: (NaN|-Infinity) is not a JSON value, at byte \d+\."
ERROR = "One or more attachments could not be downloaded."
VECTOR = {"x": 0.0, "y": 0.0, "z": 1.8}
IMAGE: dict[str, object] = {
    "position": VECTOR,
    "heading": {"w": 0.5, "x": -0.5, "y": 0.5, "z": -0.5},
    "fx": 900,
    "fy": 900,
    "cx": 320,
    "cy": 200,
    "metadata": {"name": "front"},
}


def text(points: str = '[{"x": 1, "y": 2, "z": 3}]', more: str = "") -> bytes:
    return f'{{"device_position": {{"x": 0, "y": 0, "z": 1.8}}, "points": {points}{more}}}'.encode()


async def endless(writer: asyncio.StreamWriter) -> None:
    """A success without a length that goes on for ever, as fast as it is taken."""
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    piece = b"%x\r\n" % MIB + b" " * MIB + b"\r\n"
    while True:
        writer.write(piece)
        await writer.drain()


async def cut_off(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + text()[:20])
    await writer.drain()


def png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 40), (10, 120, 200)).save(file, "PNG")
    return file.getvalue()


# 1 MB on the wire, 1 GiB unzipped: a gzip file may be many, one after another (RFC 1952, 2.2).
BOMB = gzip.compress(bytes(MIB)) * 1024
HTML = b"<!doctype html><title>Sign in</title><script>alert(1)</script>"


@dataclass(frozen=True)
class Bad:
    """One frame, alone in its task; `blamed` is the file that failed, an image or the frame."""

    frame: bytes | Answer
    message: str
    status: int | None = 200
    image: Answer | None = None
    image_url: str | None = None  # an address that is not the site's
    more: Mapping[str, object] = field(default_factory=dict[str, object])

    @property
    def has_image(self) -> bool:
        return self.image is not None or self.image_url is not None or bool(self.more)


FRAMES: dict[str, Bad] = {
    "truncated": Bad(text()[:-20], r"Invalid JSON Format: .+"),
    "not json": Bad(b"x,y,z\n1,2,3\n", r"Invalid JSON Format: .+"),
    "empty file": Bad(b"", r"Invalid JSON Format: .+"),
    "html with status 200": Bad(HTML, r"Invalid JSON Format: .+"),
    "a list": Bad(b"[]", r"A frame must be one JSON object"),
    "nan": Bad(text('[{"x": 1, "y": 2, "z": 3}, {"x": NaN, "y": 2, "z": 3}]'), NO_NUMBER),
    "infinity": Bad(text('[{"x": 1, "y": -Infinity, "z": 3}]'), NO_NUMBER),
    "1e999": Bad(text('[{"x": 1, "y": 2, "z": 1e999}]'), r".*points\[0\].*"),
    "1e999 outside the points": Bad(
        b'{"device_position": {"x": 1e999, "y": 0, "z": 0}, "points": [{"x":1,"y":2,"z":3}]}',
        r".+",
    ),
    "no points": Bad(text("[]"), r"points .*empty.*"),
    "points missing": Bad(b'{"device_position": {"x": 0, "y": 0, "z": 0}}', r"points is missing"),
    "points of text": Bad(text('[{"x": "1", "y": 2, "z": 3}]'), r".*points\[0\].*"),
    "a point without z": Bad(text('[{"x": 1, "y": 2}]'), r".*points\[0\].*"),
    "no device_position": Bad(b'{"points": [{"x":1,"y":2,"z":3}]}', r"device_position is missing"),
    "device_position of text": Bad(
        b'{"device_position": "here", "points": [{"x":1,"y":2,"z":3}]}', r"device_position must be"
    ),
    "beyond the moon": Bad(text('[{"x": 1e30, "y": 2, "z": 3}]'), r"points\[0\] is farther than"),
    "404": Bad(reply(404, HTML), "", status=404),
    "403": Bad(reply(403, b"<Code>AccessDenied</Code>"), "", status=403),
    "500": Bad(reply(500, HTML), "", status=500),
    "reset": Bad(reset, UNREACHABLE + r"|The answer broke off or was not HTTP\.", status=None),
    "cut off": Bad(cut_off, r"The answer broke off", status=200),
    "endless": Bad(endless, r"The file is larger than the limit of 268435456 bytes\."),
    "says 10 GB": Bad(drip, r"The file is larger than the limit of 268435456 bytes\."),
    "gzip bomb": Bad(
        reply(200, BOMB, {"Content-Encoding": "gzip"}), r"The file grows too much|.*larger than"
    ),
    "not gzip": Bad(reply(200, text(), {"Content-Encoding": "gzip"}), r".*gzip data are damaged"),
    "redirect to metadata": Bad(
        redirect("http://169.254.169.254/latest/meta-data/"), UNREACHABLE, status=None
    ),
    "redirect to a file": Bad(redirect("file:///etc/passwd"), r"The URL cannot be", status=None),
    "image 404": Bad(b"", r"images\[0\] \(front\): .*404.*", status=404, image=reply(404, HTML)),
    "image 500": Bad(b"", r"images\[0\] \(front\): .*500.*", status=500, image=reply(500)),
    "image is html": Bad(
        b"",
        r"images\[0\] \(front\): The image is not a PNG, JPEG or WebP file\.",
        image=reply(200, HTML, {"Content-Type": "image/jpeg"}),
    ),
    "image is empty": Bad(b"", r"images\[0\] \(front\): The image is not", image=reply(200)),
    "image is cut": Bad(
        b"", r"images\[0\] \(front\): The image's header cannot", image=reply(200, png()[:20])
    ),
    "image never ends": Bad(
        b"", r"images\[0\] \(front\): The file is larger than the limit of 67108864", image=endless
    ),
    "image in our network": Bad(
        b"",
        r"images\[0\] \(front\): " + re.escape(UNREACHABLE),
        status=None,
        image_url="http://169.254.169.254/latest/meta-data/iam/security-credentials/",
    ),
    "unknown camera": Bad(
        b"",
        r'images\[0\] \(front\): camera_model "telepathic" is not supported; known are .+',
        more={"camera_model": "telepathic"},
    ),
    "no focal length": Bad(b"", r"images\[0\] \(front\): fx and fy must be", more={"fx": 0}),
    "no rotation": Bad(
        b"", r"images\[0\]\.heading is no rotation", more={"heading": dict.fromkeys("wxyz", 0)}
    ),
    "fx of text": Bad(b"", r"images\[0\]\.fx must be a number", more={"fx": "900"}),
}
PRIVATE = ["http://10.0.0.5/", "http://169.254.169.254/", "http://[::1]/"]
UNREADABLE = ["http://0x7f.1/", "file:///etc/passwd"]


@pytest.fixture(scope="module")
def tasks(world: World) -> dict[str, str]:
    """All at once, so that they are ingested side by side; name → task."""
    made: dict[str, str] = {}
    for name, bad in FRAMES.items():
        path = "/bad/" + name.replace(" ", "-")
        frame = bad.frame
        if bad.has_image:
            shown = {"image_url": bad.image_url or world.site.url(path + ".jpg")}
            frame = json.dumps({**FRAME, "images": [{**IMAGE, **shown, **bad.more}]}).encode()
        world.site.page(path + ".jpg", bad.image or reply(404))
        world.site.page(path, reply(200, frame) if isinstance(frame, bytes) else frame)
        made[name] = world.create([world.site.url(path)])
    return made


@pytest.mark.parametrize("name", FRAMES)
def test_a_bad_frame_is_named_with_its_reason(
    world: World, tasks: dict[str, str], name: str
) -> None:
    bad, path = FRAMES[name], "/bad/" + name.replace(" ", "-")
    response = world.error_of(tasks[name])
    assert response["error"] == ERROR
    image_failed = bad.image is not None or bad.image_url is not None
    blamed = bad.image_url or world.site.url(path + ".jpg" if image_failed else path)
    if "attachments" in response:
        assert set(response) == {"error", "attachments"}
        (attachment,) = named(response, "attachments")
        message = attachment.pop("message", "")
    else:
        assert set(response) == {"error", "frames"}
        (frame,) = named(response, "frames")
        assert set(frame) == {"frame", "message", "attachment"}
        assert frame["frame"] == 0
        message, attachment = frame["message"], frame["attachment"]
    assert attachment == {"statusCode": bad.status, "url": blamed}
    assert re.match(bad.message, str(message)), message
    page = world.manager.get(f"/app/tasks/{tasks[name]}").json()
    assert [(one["frame"], one["url"]) for one in page["bad_frames"]] == [(0, blamed)]
    assert page["bad_frames"][0]["message"]


def named(response: Mapping[str, object], key: str) -> list[dict[str, object]]:
    found = response[key]
    assert isinstance(found, list)
    return found


def test_private_addresses_are_refused_all_alike(world: World) -> None:
    """As a silent address reads (tests/fetch): nobody learns what stands in our network."""
    response = world.error_of(world.create([*PRIVATE, *UNREADABLE]))
    attachments = named(response, "attachments")
    assert [one["url"] for one in attachments] == [*PRIVATE, *UNREADABLE]
    assert {one["statusCode"] for one in attachments} == {None}
    assert [one["message"] for one in attachments[:3]] == [UNREACHABLE] * 3
    assert "cannot be fetched" in str(attachments[3]["message"])
    assert "not enabled" in str(attachments[4]["message"])


def test_no_bad_file_makes_a_worker_large(world: World, tasks: dict[str, str]) -> None:
    for task_id in tasks.values():
        world.settled(task_id)
    peaks_mib = {
        " ".join(process.cmdline()): peak_mib(process)
        for process in world.product.tree()
        if "groundplane" in " ".join(process.cmdline())
    }
    assert len(peaks_mib) >= 5
    assert max(peaks_mib.values()) < 1024, peaks_mib


def peak_mib(process: psutil.Process) -> float:
    status = Path(f"/proc/{process.pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) / 1024


async def test_an_attachment_that_drips_is_given_up_in_time() -> None:
    """In the product after 60 s, three times; tests/fetch has the other ways of never ending."""

    async def slowly(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"1\r\n \r\n")
            await writer.drain()
            await asyncio.sleep(0.02)

    fetcher = Fetcher(allow=["127.0.0.1"])
    with site_in_a_thread() as site:
        site.page("/slow", slowly)
        with pytest.raises(FetchFailed, match=r"did not come within 0\.4 seconds"):
            await fetcher.get(site.url("/slow"), FetchLimits(total_timeout_s=0.4))
    await fetcher.aclose()


def test_one_bad_frame_of_a_hundred_ends_the_task_and_nothing_half_made_stays(
    world: World,
) -> None:
    good = world.publish("hundred.json", FRAME)
    urls = [good] * 100
    urls[17] = world.publish("seventeen.json", json.dumps(FRAME).encode()[:-9])
    client, hook = world.client(), world.site.url("/hooks/hundred")
    world.site.page("/hooks/hundred", reply(200))
    made = client.create_task(
        TaskType.LidarAnnotation,
        attachments=urls,
        labels=["Car"],
        unique_id="drive 7",
        clear_unique_id_on_error=True,
        callback_url=hook,
    )
    response = world.error_of(made.id)
    (frame,) = named(response, "frames")
    assert frame["frame"] == 17
    assert frame["attachment"] == {"statusCode": 200, "url": urls[17]}
    assert "Invalid JSON Format" in str(frame["message"])
    for table in ("scene_frame", "scene", "stage", "document"):
        assert world.count(table, made.id) == 0
    assert world.count("capability", made.id) == 0
    window = Window(world.manager, made.id)
    assert "error" in refusal(window.http.get(f"/app/tasks/{made.id}/work"), 409)
    assert "error" in refusal(window.claim(), 409)
    assert not hasattr(client.get_task(made.id), "unique_id")
    again = client.create_task(
        TaskType.LidarAnnotation, attachments=[good], labels=["Car"], unique_id="drive 7"
    )
    assert world.settled(again.id) == "ready"
    assert_called_back(world, "/hooks/hundred", made.id, response)


def assert_called_back(
    world: World, path: str, task_id: str, response: Mapping[str, object]
) -> None:
    secret = world.manager.get("/app/callback-secret").json()["secret"]
    world.wait_for(lambda: len(world.callbacks(path)) > 0, "the callback")
    (heard,) = [one for one in world.site.seen if one.path == path]
    assert heard.headers["scale-callback-auth"] == secret
    body = json.loads(heard.body)
    assert (body["task_id"], body["status"]) == (task_id, "error")
    assert body["response"] == body["task"]["response"] == response
    assert "unique_id" not in body["task"]


def test_every_bad_frame_is_named_and_only_those(world: World) -> None:
    good = world.publish("ten.json", FRAME)
    urls = [good] * 10
    urls[1] = world.publish("ten-nan.json", text('[{"x": NaN, "y": 2, "z": 3}]'))
    urls[4] = world.site.url("/ten-missing.json")
    urls[9] = world.publish("ten-nowhere.json", b'{"points": [{"x":1,"y":2,"z":3}]}')
    task_id = world.create(urls, unique_id="kept on error")
    frames = named(world.error_of(task_id), "frames")
    assert [(one["frame"], one["attachment"]) for one in frames] == [
        (1, {"statusCode": 200, "url": urls[1]}),
        (4, {"statusCode": 404, "url": urls[4]}),
        (9, {"statusCode": 200, "url": urls[9]}),
    ]
    with pytest.raises(ScaleDuplicateResource, match=task_id):
        world.client().create_task(
            TaskType.LidarAnnotation, attachments=urls, labels=["Car"], unique_id="kept on error"
        )


def test_the_same_address_twice_is_two_frames_on_the_page(world: World) -> None:
    urls = [world.publish("twice-good.json", FRAME), *[world.site.url("/twice.json")] * 2]
    task_id = world.create(urls)
    assert len(named(world.error_of(task_id), "attachments")) == 2
    page = world.manager.get(f"/app/tasks/{task_id}").json()
    assert [one["frame"] for one in page["bad_frames"]] == [1, 2]


def test_frames_centuries_apart_are_timed_by_the_frame_rate(world: World) -> None:
    urls = [
        world.publish(f"century-{index}.json", {**FRAME, "timestamp": timestamp})
        for index, timestamp in enumerate((0, 9_000_000_000_000_000_000))
    ]
    task_id = world.create(urls, frames_per_second=5)
    assert world.settled(task_id) == "ready"
    scene = world.manager.get(f"/app/tasks/{task_id}/work").json()["scene"]
    assert [frame["time_ns"] for frame in scene["frames"]] == [0, 200_000_000]
