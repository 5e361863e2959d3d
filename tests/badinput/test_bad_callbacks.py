"""Receivers that hang, break off, fail or lie: the callback comes in the end, and is seen to."""

import json
import time

import pytest
from bad_hooks import HOOKS
from bad_world import World, assert_no_internals

from loopback import Seen, hang, reply


def deliveries(world: World, task_id: str) -> list[dict[str, object]]:
    shown = world.manager.get(f"/app/tasks/{task_id}/callbacks").raise_for_status()
    assert_no_internals(shown.text)
    return shown.json()["deliveries"]


def heard(world: World, name: str) -> list[Seen]:
    return [one for one in list(world.site.seen) if one.path == f"/hooks/{name}"]


@pytest.mark.parametrize("name", HOOKS)
def test_a_callback_comes_in_the_end_under_one_id(
    world: World, hooked: dict[str, str], name: str
) -> None:
    hook, task_id = HOOKS[name], hooked[name]
    assert world.settled(task_id) == "error"

    def is_over() -> bool:
        return any(one["state"] != "pending" for one in deliveries(world, task_id))

    world.wait_for(is_over, f"the callback {name}")
    (delivery,) = deliveries(world, task_id)
    assert delivery["state"] == hook.state
    attempts = delivery["attempts"]
    assert isinstance(attempts, list)
    assert [one["outcome"] for one in attempts] == hook.outcomes
    requests = heard(world, name)
    assert len(requests) == len(hook.outcomes)
    secret = world.manager.get("/app/callback-secret").json()["secret"]
    for request in requests:
        assert request.method == "POST"
        assert request.headers["scale-callback-auth"] == secret
        assert request.headers["webhook-id"] == delivery["delivery_id"]
        assert request.body == requests[0].body
    body = json.loads(requests[0].body)
    task = world.task(task_id)
    assert (body["task_id"], body["status"]) == (task_id, "error")
    assert body["response"] == task["response"]
    assert task["callback_succeeded"] is (hook.state == "delivered")


def test_while_a_receiver_hangs_everything_else_goes_on(world: World) -> None:
    """Four receivers of one host may hang at a time, and none of them is waited for by people."""
    missing = world.site.url("/no-such-frame.json")
    world.site.page("/hooks/hangs-again", hang, reply(200))
    task_id = world.create([missing], callback_url=world.site.url("/hooks/hangs-again"))
    world.wait_for(lambda: bool(heard(world, "hangs-again")), "the first attempt")
    started = time.monotonic()
    assert world.task(task_id)["status"] == "error"
    assert world.settled(world.create([missing])) == "error"
    assert time.monotonic() - started < 14
    assert len(heard(world, "hangs-again")) == 1


def test_a_hook_in_our_network_is_not_called_and_not_described(world: World) -> None:
    missing = world.site.url("/no-such-frame.json")
    task_id = world.create([missing], callback_url="http://169.254.169.254/hook")

    def is_tried() -> bool:
        return any(one["attempts"] for one in deliveries(world, task_id))

    world.wait_for(is_tried, "an attempt")
    attempts = deliveries(world, task_id)[0]["attempts"]
    assert isinstance(attempts, list)
    assert (attempts[0]["status"], attempts[0]["outcome"]) == (
        None,
        "The address could not be reached.",
    )
