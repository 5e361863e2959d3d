"""What a task, a batch and a file show is what they are found by: times, names and addresses."""

from contextlib import closing

import httpx

from live_server import LiveServer

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
