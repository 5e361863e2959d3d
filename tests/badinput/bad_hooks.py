"""Receivers of callbacks that misbehave, and what is known of each in the end."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bad_world import World

from loopback import Answer, hang, redirect, reply, reset


async def says_yes_for_ever(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"1000\r\n" + b"y" * 4096 + b"\r\n")
        await writer.drain()


@dataclass(frozen=True)
class Hook:
    """What a receiver says to one attempt after another, and what is known afterwards."""

    answers: Sequence[Answer]
    outcomes: Sequence[str]
    state: str = "delivered"


YES = reply(200)
HOOKS: Mapping[str, Hook] = {
    "healthy": Hook([YES], ["The receiver answered 200."]),
    "hangs": Hook(
        [hang, YES], ["There was no answer within 15 seconds.", "The receiver answered 200."]
    ),
    "resets": Hook(
        [reset, YES], ["The answer broke off or was not HTTP.", "The receiver answered 200."]
    ),
    "fails": Hook(
        [reply(500, b"<h1>Traceback</h1>"), YES],
        ["The receiver answered 500.", "The receiver answered 200."],
    ),
    "redirects": Hook(
        [redirect("http://169.254.169.254/", 307), YES],
        ["The receiver answered 307.", "The receiver answered 200."],
    ),
    "never-ends": Hook([says_yes_for_ever], ["The receiver answered 200."]),
    "gone": Hook([reply(410)], ["The receiver answered 410."], state="failed"),
}


def hooked_tasks(world: World) -> dict[str, str]:
    """A task in error for every hook, side by side; name → task."""
    missing = world.site.url("/no-such-frame.json")
    made: dict[str, str] = {}
    for name, hook in HOOKS.items():
        world.site.page(f"/hooks/{name}", *hook.answers)
        made[name] = world.create([missing], callback_url=world.site.url(f"/hooks/{name}"))
    return made
