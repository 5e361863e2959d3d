"""Keys that were just looked up, so that a client at work is not looked up at every request."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from groundplane.wire.people import ApiKey

KNOWN_FOR_S = 1.0  # how long a revoked key may still be answered
MOST_KEYS = 1000


@dataclass(slots=True)
class KnownKeys:
    """Finds holders of keys, by hash; whoever has none is looked up each time.

    Attributes:
        find: the look into the database.
        now: a clock in seconds.
    """

    find: Callable[[bytes], Awaitable[ApiKey | None]]
    now: Callable[[], float] = time.monotonic
    _known: dict[bytes, tuple[float, ApiKey]] = field(
        default_factory=dict[bytes, tuple[float, ApiKey]]
    )

    async def holder(self, key_hash: bytes) -> ApiKey | None:
        until, holder = self._known.get(key_hash, (0.0, None))
        now = self.now()
        if now < until:
            return holder
        self._known.pop(key_hash, None)
        found = await self.find(key_hash)
        if found is not None:
            if len(self._known) >= MOST_KEYS:
                self._known.clear()
            # From before the look: what was revoked since was not seen.
            self._known[key_hash] = (now + KNOWN_FOR_S, found)
        return found
