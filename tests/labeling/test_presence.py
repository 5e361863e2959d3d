"""Who has a task open, as the web process remembers it."""

from labeling_rig import ANNA, BEN

from groundplane.labeling.model import Present
from groundplane.labeling.presence import FORGOTTEN_AFTER_S, MOST_WINDOWS, Presence
from groundplane.storage.database import Mode, Tenant

HERE = Tenant("a0a0a0a0a0a0a0a0a0a0a0a0", Mode.LIVE)
ELSEWHERE = Tenant("a0a0a0a0a0a0a0a0a0a0a0a0", Mode.TEST)


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def test_everybody_in_a_task_is_named_once_with_their_windows() -> None:
    presence = Presence(Clock())
    for person, window in ((BEN, "b-1"), (ANNA, "a-1"), (ANNA, "a-2"), (ANNA, "a-2")):
        presence.see(HERE, "task", person, window)
    assert presence.people(HERE, "task", ANNA) == [
        Present("anna@example.com", windows=2, mine=True),
        Present("ben@example.com", windows=1, mine=False),
    ]
    assert presence.people(HERE, "another task", ANNA) == []
    assert presence.people(ELSEWHERE, "task", ANNA) == []


def test_who_leaves_is_gone_and_who_falls_silent_is_forgotten() -> None:
    clock = Clock()
    presence = Presence(clock)
    presence.see(HERE, "task", ANNA, "a-1")
    presence.see(HERE, "task", BEN, "b-1")
    presence.leave(HERE, "task", BEN, "a-1")  # not his
    presence.leave(HERE, "task", BEN, "never-seen")
    presence.leave(HERE, "task", BEN, "b-1")
    assert [one.name for one in presence.people(HERE, "task", ANNA)] == ["anna@example.com"]
    clock.now_s += FORGOTTEN_AFTER_S + 1
    assert presence.people(HERE, "task", ANNA) == []


def test_one_person_cannot_fill_the_memory() -> None:
    presence = Presence(Clock())
    for number in range(MOST_WINDOWS + 50):
        presence.see(HERE, "task", ANNA, f"window-{number}")
    assert presence.people(HERE, "task", ANNA)[0].windows == MOST_WINDOWS
