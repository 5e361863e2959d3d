"""Who has a task open right now: remembered by this web process alone, and never for long.

A window tells of itself with each question for news. Nothing is stored: after a restart the next
question brings everybody back. It decides nothing; leases do.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from groundplane.labeling.model import Present
from groundplane.storage.database import Tenant
from groundplane.wire.people import Person

FORGOTTEN_AFTER_S = 75.0  # browsers wake a hidden tab only once a minute
MOST_WINDOWS = 100

Room = tuple[Tenant, str]


class _Seen(msgspec.Struct, frozen=True):
    person: Person
    at_s: float


@dataclass(slots=True)
class Presence:
    now_s: Callable[[], float] = time.monotonic
    _rooms: dict[Room, dict[str, _Seen]] = field(default_factory=dict[Room, dict[str, _Seen]])

    def see(self, tenant: Tenant, task_id: str, person: Person, window: str) -> None:
        """A window of this person shows the task."""
        windows = self._rooms.setdefault((tenant, task_id), {})
        # Re-inserted at the end: the windows stay in the order in which they were last heard of.
        windows.pop(window, None)
        windows[window] = _Seen(person, self.now_s())
        if len(windows) > MOST_WINDOWS:
            del windows[next(iter(windows))]

    def leave(self, tenant: Tenant, task_id: str, person: Person, window: str) -> None:
        """The window was closed; that of somebody else stays."""
        windows = self._rooms.get((tenant, task_id), {})
        seen = windows.get(window)
        if seen is not None and seen.person.person_id == person.person_id:
            del windows[window]
            if not windows:
                del self._rooms[tenant, task_id]

    def people(self, tenant: Tenant, task_id: str, asking: Person) -> list[Present]:
        """Everybody in the task by name, the asking person included."""
        self._forget()
        windows = self._rooms.get((tenant, task_id), {})
        counts: dict[str, int] = {}
        for seen in windows.values():
            counts[seen.person.email] = counts.get(seen.person.email, 0) + 1
        return [
            Present(email, windows=count, mine=email == asking.email)
            for email, count in sorted(counts.items())
        ]

    def _forget(self) -> None:
        oldest_s = self.now_s() - FORGOTTEN_AFTER_S
        for room, windows in list(self._rooms.items()):
            for window, seen in list(windows.items()):
                if seen.at_s < oldest_s:
                    del windows[window]
            if not windows:
                del self._rooms[room]
