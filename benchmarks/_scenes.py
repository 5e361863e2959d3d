"""Tasks for the browser benchmarks: made by the official client, with tracks that someone drew."""

import json
import subprocess
import threading
import uuid
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import scaleapi
from scaleapi.tasks import TaskType

from serving import Product, wait_until

TRACKS_A_REQUEST = 50
CAR_SIZE_M = (4.5, 1.9, 1.6)
_PERSON = {"source": "person"}
Vector = tuple[float, float, float]


def ready_task(
    product: Product,
    frames: Sequence[str],
    person: httpx.Client,
    labels: Sequence[str] = ("Car", "Truck"),
    **more: object,
) -> str:
    """The id of a `lidarannotation` task of these frames, with what more is asked, brought in."""
    client = scaleapi.ScaleClient(product.key(), api_instance_url=f"{product.url}/v1")
    task = client.create_task(
        TaskType.LidarAnnotation,
        attachments=list(frames),
        attachment_type="json",
        labels=list(labels),
        **more,
    )

    def is_ready() -> bool:
        return person.get(f"/app/tasks/{task.id}").json()["state"] == "ready"

    wait_until(is_ready, 600, "the task is ready")
    return task.id


def draw(person: httpx.Client, task_id: str, tracks: Sequence[dict[str, object]]) -> None:
    """Write the changes of `track` into the task's document, which is free afterwards."""
    claim = {"client_id": str(uuid.uuid4()), "take_over": True}
    lease = person.post(f"/app/tasks/{task_id}/claim", json=claim).raise_for_status().json()
    key = {"lease_id": lease["lease_id"], "fence": lease["fence"]}
    for start in range(0, len(tracks), TRACKS_A_REQUEST):
        body = key | {"transactions": tracks[start : start + TRACKS_A_REQUEST]}
        answer = person.post(f"/app/tasks/{task_id}/transactions", json=body).raise_for_status()
        assert {one["outcome"] for one in answer.json()["results"]} == {"accepted"}, answer.text
    person.post(f"/app/tasks/{task_id}/release", json=key).raise_for_status()


def track(
    poses_m: Mapping[int, Vector],
    yaw_wxyz: Sequence[float],
    label: str = "Car",
    *,
    stationary: bool = False,
) -> dict[str, object]:
    """The transaction that makes one track: world centre by time in ns."""
    object_id = str(uuid.uuid4())
    made = {"kind": "cuboid", "space": "world", "label": label, "stationary": stationary}
    values: dict[str, object] = {"object": {**made, "parent_id": None, "provenance": _PERSON}}
    for time_ns, centre_m in poses_m.items():
        values[f"key/{time_ns}"] = {
            "geometry": "cuboid",
            "centre_m": list(centre_m),
            "size_m": list(CAR_SIZE_M),
            "rotation_wxyz": list(yaw_wxyz),
            "camera_used": None,
            "provenance": _PERSON,
        }
    changes = [
        {"object_id": object_id, "part": part, "base": None, "before": None, "after": value}
        for part, value in values.items()
    ]
    at = "2026-01-02T03:04:05.678Z"
    return {"op_id": str(uuid.uuid4()), "at": at, "active_ms": 1, "changes": changes}


@contextmanager
def served(handler: Callable[..., BaseHTTPRequestHandler]) -> Generator[str]:
    """The address of a server on loopback that answers with this handler, as a bucket does."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Files(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - theirs
        pass


def served_folder(folder: Path) -> AbstractContextManager[str]:
    """The address of the files in a folder, which may come later."""
    return served(partial(_Files, directory=str(folder)))


def in_browser(script: Path, plan: Mapping[str, object], folder: Path) -> bytes:
    """What the browser's half of a benchmark prints."""
    file = folder / "plan.json"
    file.write_text(json.dumps(plan))
    done = subprocess.run(["node", script, file], stdout=subprocess.PIPE, check=True)
    return done.stdout


def quantile(values: Sequence[float], fraction: float) -> float:
    return sorted(values)[min(len(values) - 1, int(fraction * len(values)))]
