import asyncio
import hashlib
import os
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import IO

import obstore
import pytest
from obstore.store import LocalStore, MemoryStore, ObjectStore

from groundplane.errors import NotFound, StartRefused, Unavailable
from groundplane.storage.blobs import Blobs
from groundplane.storage.copies import Copies

A, B = "a" * 24, "b" * 24
CONTENT = b"ninety points of a wall"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(params=["folder", "object store"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    if request.param == "folder":
        return Blobs.open(str(tmp_path / "blobs"))
    return Blobs(MemoryStore())


async def test_what_was_put_is_got_whole_and_in_part(store: Blobs) -> None:
    assert await store.put(A, CONTENT) == SHA256
    assert await store.get(A, SHA256) == CONTENT
    assert await store.get_range(A, SHA256, 7, 13) == CONTENT[7:13]


async def test_nothing_is_something(store: Blobs) -> None:
    assert await store.get(A, await store.put(A, b"")) == b""


async def test_putting_again_changes_nothing(store: Blobs) -> None:
    assert await store.put(A, CONTENT) == await store.put(A, CONTENT)
    assert await store.get(A, SHA256) == CONTENT


async def test_another_accounts_blob_is_not_found(store: Blobs) -> None:
    await store.put(A, CONTENT)
    with pytest.raises(NotFound):
        await store.get(B, SHA256)
    with pytest.raises(NotFound):
        await store.get_range(B, SHA256, 0, 3)


@pytest.mark.parametrize(
    ("account_id", "sha256"), [("..", SHA256), (A, "../" * 8 + "etc/passwd"), (A, "")]
)
async def test_what_is_no_key_is_not_found(store: Blobs, account_id: str, sha256: str) -> None:
    with pytest.raises(NotFound):
        await store.get(account_id, sha256)


async def test_what_was_deleted_is_gone_and_can_be_put_again(store: Blobs) -> None:
    await store.delete(A, SHA256)  # before there is anything
    await store.put(A, CONTENT)
    await store.put(B, CONTENT)
    assert await store.exists(A, SHA256)
    for _ in range(2):
        await store.delete(A, SHA256)
    assert not await store.exists(A, SHA256)
    with pytest.raises(NotFound):
        await store.get(A, SHA256)
    assert await store.exists(B, SHA256)
    await store.put(A, CONTENT)
    assert await store.get(A, SHA256) == CONTENT


async def test_a_deletion_that_fails_is_said(tmp_path: Path) -> None:
    (tmp_path / A / SHA256 / "x").mkdir(parents=True)
    with pytest.raises(Unavailable):
        await Blobs.open(str(tmp_path)).delete(A, SHA256)


async def test_a_store_that_answers_is_ready(store: Blobs) -> None:
    assert await store.ready()


async def test_a_folder_that_is_gone_is_not_ready_and_unavailable(tmp_path: Path) -> None:
    store = Blobs.open(str(tmp_path / "blobs"))
    (tmp_path / "blobs").rmdir()
    assert not await store.ready()
    with pytest.raises(Unavailable):
        await store.put(A, CONTENT)


@pytest.fixture
def synced() -> list[Path]:
    return []


@pytest.fixture
def fsync(synced: list[Path]) -> Callable[[int], None]:
    def record_and_sync(fd: int) -> None:
        synced.append(Path(f"/proc/self/fd/{fd}").readlink())
        os.fsync(fd)

    return record_and_sync


async def test_the_file_and_both_folders_are_synced_before_put_returns(
    tmp_path: Path, synced: list[Path], fsync: Callable[[int], None]
) -> None:
    store = Blobs(LocalStore(tmp_path), tmp_path, fsync=fsync)
    await store.put(A, CONTENT)
    root, temporary, folder = synced
    assert (root, folder) == (tmp_path, tmp_path / A)
    # Synced under its temporary name, in the file system of its target: renamed only then.
    assert temporary.parent == tmp_path / A
    assert temporary.name != SHA256


async def test_a_blob_that_is_there_is_not_written_again_but_its_folder_is_synced(
    tmp_path: Path, synced: list[Path], fsync: Callable[[int], None]
) -> None:
    await Blobs.open(str(tmp_path)).put(A, CONTENT)
    written_ns = (tmp_path / A / SHA256).stat().st_mtime_ns
    await Blobs(LocalStore(tmp_path), tmp_path, fsync=fsync).put(A, CONTENT)
    assert (tmp_path / A / SHA256).stat().st_mtime_ns == written_ns
    assert synced == [tmp_path / A]


async def test_a_deletion_is_durable_when_it_returns(
    tmp_path: Path, synced: list[Path], fsync: Callable[[int], None]
) -> None:
    await Blobs.open(str(tmp_path)).put(A, CONTENT)
    await Blobs(LocalStore(tmp_path), tmp_path, fsync=fsync).delete(A, SHA256)
    assert synced == [tmp_path / A]


async def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def disk_full(_: int) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / A).mkdir()
    with pytest.raises(Unavailable):
        await Blobs(LocalStore(tmp_path), tmp_path, fsync=disk_full).put(A, CONTENT)
    assert list((tmp_path / A).iterdir()) == []


def test_a_file_url_is_a_folder(tmp_path: Path) -> None:
    Blobs.open(f"file://{tmp_path}/with%20space")
    assert (tmp_path / "with space").is_dir()


@pytest.mark.parametrize("place", ["ftp://host/x", "http://host/x"])
def test_a_place_that_is_none_is_refused_with_a_sentence(place: str) -> None:
    with pytest.raises(StartRefused, match="s3://"):
        Blobs.open(place)


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("")
    with pytest.raises(StartRefused, match="blobs"):
        Blobs.open(str(tmp_path / "blobs"))


def test_object_stores_open_without_a_connection() -> None:
    Blobs.open("s3://bucket/prefix")


async def pieces(*contents: bytes) -> AsyncIterator[bytes]:
    for content in contents:
        yield content


async def test_what_is_received_is_a_blob_only_once_it_is_kept(store: Blobs) -> None:
    async with store.received(pieces(CONTENT[:5], CONTENT[5:])) as received:
        assert (received.sha256, received.size_bytes) == (SHA256, len(CONTENT))
        # As a child process would: by its path.
        cat = await asyncio.create_subprocess_exec("cat", str(received.path), stdout=PIPE)
        assert (await cat.communicate())[0] == CONTENT
    assert not await store.exists(A, SHA256)
    assert not received.path.exists()
    for _ in range(2):
        async with store.received(pieces(CONTENT)) as received:
            await store.keep(A, received)
        assert await store.get(A, SHA256) == CONTENT


async def test_a_blob_of_an_object_store_is_copied_once_for_all_who_read_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store, copied, get = Blobs(MemoryStore()), list[str](), obstore.get_async

    async def counted(of: ObjectStore, key: str) -> object:
        copied.append(key)
        return await get(of, key)

    monkeypatch.setattr(obstore, "get_async", counted)
    await store.put(A, CONTENT)

    async def read() -> bytes:
        async with store.as_file(A, SHA256) as path:
            return path.read_bytes()

    assert await asyncio.gather(read(), read(), read()) == [CONTENT] * 3
    assert await read() == CONTENT
    assert len(copied) == 1
    with pytest.raises(NotFound):
        async with store.as_file(B, SHA256):
            pass


async def test_copies_that_nobody_uses_go_when_there_is_no_room_the_oldest_first() -> None:
    copies, filled = Copies(most_bytes=10), list[str]()

    async def use(key: str) -> None:
        async def fill(file: IO[bytes]) -> None:
            filled.append(key)
            file.write(b"12345")

        async with copies.use(key, fill) as path:
            assert path.read_bytes() == b"12345"

    for key in ("a", "b", "a", "c", "a", "b"):  # "b" is the one unused when "c" needs room
        await use(key)
    assert filled == ["a", "b", "c", "b"]


async def test_a_copy_that_failed_is_made_again() -> None:
    copies, contents = Copies(), iter([b"hal", b"whole"])

    async def fill(file: IO[bytes]) -> None:
        content = next(contents)
        file.write(content)
        if content == b"hal":
            raise Unavailable("broken off")

    with pytest.raises(Unavailable):
        async with copies.use("a", fill):
            pass
    async with copies.use("a", fill) as path:
        assert path.read_bytes() == b"whole"
