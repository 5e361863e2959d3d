"""Nothing that opens a door is ever in the log, however it is used or misused."""

import io
import json
import logging
import sys
from pathlib import Path

import httpx
import pytest
from bad_world import CREATE, FRAME, Window, World, placed, refusal

from groundplane.logs import configure_logs

PASSING_KEY = "live_5ecre7"
ODD_HEADERS: list[dict[bytes, bytes]] = [
    {b"Range": b"bytes=0-" + b"9" * 5000},
    {b"Range": b"bytes=" + b"9" * 5000 + b"-"},
    {b"Range": b"bytes=5-2"},
    {b"Range": b"bytes=-0"},
    {b"Accept-Encoding": b"zstd;q=0x"},
    {b"Accept-Encoding": b"zstd;q=0.0.0"},
    {b"Accept-Encoding": b"\xc3\xbc"},
    {b"If-None-Match": b"'"},
]


def test_no_secret_is_in_the_log(world: World) -> None:
    secrets = use_every_secret(world)
    log = world.product.log.read_text().splitlines()
    # The one line that is for the eyes of who started the product, on standard output.
    link = f"{world.product.url}/sign-in?token={world.printed_token}"
    assert [line.strip() for line in log if world.printed_token in line] == [link]
    events = [json.loads(line) for line in log if line.startswith("{")]
    requests = [event["path"] for event in events if event["event"] == "request"]
    assert any("/blobs/\u2026" in path for path in requests)
    for what, secret in secrets.items():
        assert len(secret) >= 16, what
        assert not [line for line in log if secret in line and line.strip() != link], what


def use_every_secret(world: World) -> dict[str, str]:
    token = world.product.sign_in_link("reviewer", "eve@example.com").partition("token=")[2]
    secrets = {"live key": world.live_key, "test key": world.test_key, "sign-in token": token}
    secrets |= use_session(world, token)
    secrets |= use_keys(world)
    task_id = world.ready()
    window = Window(world.manager, task_id)
    window.claim()
    window.send(placed())
    secrets |= use_capability(world, window)
    assert window.submit(1).status_code == 200
    assert world.settled(task_id, before=("in_progress",)) == "completed"
    response = world.task(task_id)["response"]
    assert isinstance(response, dict)
    answer = str(response["annotations"]["url"])
    assert httpx.get(answer).status_code == 200
    secrets["address of the answer"] = answer.rpartition("/")[2]
    secrets["callback secret"] = world.manager.get("/app/callback-secret").json()["secret"]
    return secrets | {"printed token": world.printed_token}


def use_session(world: World, token: str) -> dict[str, str]:
    """Spend a link, spend it again, and be odd with the cookie."""
    with httpx.Client(base_url=world.product.url, timeout=60) as http:
        http.get("/sign-in", params={"token": token})
        refusal(http.post("/app/sign-in", content=f'{{"token": "{token}"'.encode()), 400)
        assert http.post("/app/sign-in", json={"token": token}).status_code == 200
        refusal(http.post("/app/sign-in", json={"token": token}), 401)
        cookie = http.cookies["groundplane_session"]
        refusal(http.get("/app/tasks", params={"mode": "nix", "session": cookie}), 400)
        refusal(http.get("/app/tasks?mode=test"), 403)
        assert http.post("/app/sign-out", json={}).status_code == 200
        http.cookies["groundplane_session"] = cookie
        refusal(http.get("/app/me"), 401)
    return {"session cookie": cookie}


def use_keys(world: World) -> dict[str, str]:
    """Also where they do not belong, and addresses of the customer's that carry a signature."""
    signature = "5ecre7-s1gnature-of-the-customer"
    for key, http in ((world.live_key, world.live), (world.test_key, world.test)):
        http.get("/v1/tasks", params={"api_key": key, "unique_id": key})
        refusal(http.post(CREATE, json={"api_key": key, "labels": key}), 400)
        refusal(http.post(CREATE, content=f'{{"api_key": "{key}"'.encode()), 400)
    world.publish("signed.json", FRAME)
    unreachable = "http://10.0.0.5/frame.json"
    urls = [world.site.url("/signed.json"), world.site.url("/gone.json"), unreachable]
    hook = world.site.url(f"/gone-hook?X-Amz-Signature={signature}")
    task_id = world.create(
        [f"{url}?X-Amz-Signature={signature}" for url in urls], callback_url=hook
    )
    assert world.settled(task_id) == "error"
    hooked = f"/gone-hook?X-Amz-Signature={signature}"
    world.wait_for(lambda: bool(world.callbacks(hooked)), "the callback")
    return {"customer's signature": signature}


def use_capability(world: World, window: Window) -> dict[str, str]:
    work = window.http.get(f"/app/tasks/{window.task_id}/work").json()
    address = next(iter(work["urls"].values()))
    with httpx.Client(base_url=world.product.url, timeout=60) as nobody:
        for headers in ODD_HEADERS:
            assert nobody.get(address, headers=headers).status_code in (200, 206, 416), headers
        refusal(nobody.get(address + "x"), 404)
        refusal(nobody.post(address), 404)
        refusal(nobody.get(address + "/more"), 404)
    return {"address of a blob": address.rpartition("/")[2]}


@pytest.mark.parametrize("logger", ["uvicorn.error", "procrastinate.worker", "groundplane.any"])
def test_a_traceback_in_the_log_has_no_values(logger: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variables of the frames are where every key and token passes through."""
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        configure_logs("test")
        try:
            fail_with(PASSING_KEY)
        except ValueError:
            logging.getLogger(logger).exception("it failed")
    finally:
        root.handlers[:], root.level = before
    shown = json.loads(written.getvalue())
    assert Path(__file__).name in json.dumps(shown["exception"])
    assert "fail_with" in json.dumps(shown["exception"])
    assert PASSING_KEY not in written.getvalue()


def fail_with(api_key: str) -> None:
    held = {"authorization": api_key}
    message = f"{len(held)} things went wrong"
    raise ValueError(message)
