"""How long a key counts without a look into the database."""

import asyncio

from groundplane.accounts.known_keys import KNOWN_FOR_S, MOST_KEYS, KnownKeys
from groundplane.storage.database import Mode, Tenant
from groundplane.wire.people import ApiKey

HOLDER = ApiKey(Tenant("a" * 24, Mode.LIVE), "k" * 24)


class Book:
    """Who holds which key, the looks that were taken, and the time."""

    def __init__(self) -> None:
        self.holders: dict[bytes, ApiKey] = {b"one": HOLDER}
        self.looks: list[bytes] = []
        self.now_s = 100.0
        self.known = KnownKeys(self.look, lambda: self.now_s)

    async def look(self, key_hash: bytes) -> ApiKey | None:
        self.looks.append(key_hash)
        return self.holders.get(key_hash)

    def ask(self, key_hash: bytes) -> ApiKey | None:
        return asyncio.run(self.known.holder(key_hash))


def test_a_key_is_known_for_a_while_and_then_looked_up() -> None:
    book = Book()
    assert [book.ask(b"one"), book.ask(b"one")] == [HOLDER, HOLDER]
    assert book.looks == [b"one"]
    del book.holders[b"one"]
    book.now_s += KNOWN_FOR_S
    assert book.ask(b"one") is None


def test_what_is_no_key_is_looked_up_each_time_so_that_a_new_one_works_at_once() -> None:
    book = Book()
    assert book.ask(b"two") is None
    book.holders[b"two"] = HOLDER
    assert book.ask(b"two") == HOLDER


def test_many_keys_take_no_more_room_than_some() -> None:
    book = Book()
    for number in range(3 * MOST_KEYS):
        book.holders[b"%d" % number] = HOLDER
        assert book.ask(b"%d" % number) == HOLDER
    kept = sum(book.ask(b"%d" % number) is not None for number in range(3 * MOST_KEYS))
    assert kept == 3 * MOST_KEYS
    assert len(book.looks) >= 5 * MOST_KEYS
