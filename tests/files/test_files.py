"""Uploaded files: read by their own tenant alone, and gone when nobody needs them."""

import errno
import hashlib
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
from obstore.store import LocalStore

from databases import Urls
from groundplane.errors import FetchFailed, InvalidRequest, Unavailable
from groundplane.files import operations as files
from groundplane.files import queries
from groundplane.files.jobs import NO_SUCH_FILE, read_uploaded, sweep_files
from groundplane.jobs.context import Context
from groundplane.storage.blobs import FULL, HALF_WRITTEN, Blobs
from groundplane.storage.database import Mode, Tenant, scalar
from groundplane.tasks.sweep_jobs import sweep_blobs

CONTENT = b"eleven points of a hedge"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
OTHER_ACCOUNT = "0b" * 12


async def pieces(content: bytes, size: int = 7) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def uploaded(context: Context, tenant: Tenant, content: bytes = CONTENT) -> str:
    """The address of a new file."""
    stored = await files.store(context.blobs, tenant, pieces(content), most_bytes=1000, sha256=None)
    async with context.database.transaction(tenant) as db:
        file = await files.keep(db, context.blobs, tenant, stored, "frames/000.json")
    return files.address_of(tenant, file)


def left_over(folder: Path) -> list[Path]:
    return list((folder / "blobs" / HALF_WRITTEN).glob("*"))


async def test_what_was_uploaded_is_read_by_its_address(context: Context, tenant: Tenant) -> None:
    url = await uploaded(context, tenant)
    assert url.startswith(f"scaledata://{tenant.account_id}/")
    fetched = await read_uploaded(context, tenant, url, 1000)
    assert (fetched.content, fetched.content_type) == (CONTENT, "application/json")


async def test_the_same_content_twice_is_two_files_and_one_blob(
    context: Context, tenant: Tenant
) -> None:
    first, second = await uploaded(context, tenant), await uploaded(context, tenant)
    assert first != second
    async with context.database.transaction(tenant) as db:
        assert await scalar(db, "SELECT count(*) FROM blob") == 1


@pytest.mark.parametrize(
    ("content", "most_bytes", "sha256", "sentence"),
    [
        (CONTENT, 10, None, "File exceeds the size limit of 0 MB."),
        (b"", 10, None, "The file is empty."),
        (CONTENT, 1000, "5" * 64, "The file arrived damaged. Please send it again."),
    ],
)
async def test_what_must_not_be_stored_leaves_nothing(
    context: Context,
    tenant: Tenant,
    tmp_path: Path,
    content: bytes,
    most_bytes: int,
    sha256: str | None,
    sentence: str,
) -> None:
    with pytest.raises(InvalidRequest, match=sentence):
        await files.store(
            context.blobs, tenant, pieces(content), most_bytes=most_bytes, sha256=sha256
        )
    assert not left_over(tmp_path)
    assert not await context.blobs.exists(tenant.account_id, SHA256)


async def test_a_full_disk_is_said_and_leaves_nothing(tenant: Tenant, tmp_path: Path) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    folder = tmp_path / "blobs"
    folder.mkdir()
    blobs = Blobs(LocalStore(folder), folder, fsync=full)
    with pytest.raises(Unavailable, match=FULL):
        await files.store(blobs, tenant, pieces(CONTENT), most_bytes=1000, sha256=SHA256)
    assert not left_over(tmp_path)
    assert not await blobs.exists(tenant.account_id, SHA256)


async def test_an_upload_that_breaks_off_leaves_nothing(
    context: Context, tenant: Tenant, tmp_path: Path
) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield CONTENT[:9]
        raise InvalidRequest("The request ended before its body did.")

    with pytest.raises(InvalidRequest, match="ended before"):
        await files.store(context.blobs, tenant, broken(), most_bytes=1000, sha256=None)
    assert not left_over(tmp_path)


async def test_anothers_file_is_refused_like_one_that_does_not_exist(
    context: Context, tenant: Tenant, database_urls: Urls
) -> None:
    with psycopg.connect(database_urls.owner, autocommit=True) as db:
        db.execute("INSERT INTO account (account_id, name) VALUES (%s, 'B')", [OTHER_ACCOUNT])
    other, test = Tenant(OTHER_ACCOUNT, Mode.LIVE), Tenant(tenant.account_id, Mode.TEST)
    theirs, own, in_test = [await uploaded(context, whose) for whose in (other, tenant, test)]
    stolen = f"scaledata://{tenant.account_id}/{theirs.rpartition('/')[2]}"
    nowhere = f"scaledata://{tenant.account_id}/00000000-0000-4000-8000-000000000000"
    heard = set[tuple[int | None, str]]()
    for url in (theirs, stolen, in_test, nowhere, "scaledata://x/y", f"{own}/../.."):
        with pytest.raises(FetchFailed) as failure:
            await read_uploaded(context, tenant, url, 1000)
        heard.add((failure.value.status, str(failure.value)))
    assert heard == {(404, NO_SUCH_FILE)}


async def test_a_file_over_the_readers_limit_is_refused(context: Context, tenant: Tenant) -> None:
    url = await uploaded(context, tenant)
    with pytest.raises(FetchFailed, match="larger than the limit of 5 bytes"):
        await read_uploaded(context, tenant, url, 5)


async def test_a_file_keeps_its_blob_until_it_is_swept_unused(
    context: Context, tenant: Tenant
) -> None:
    unused, used = await uploaded(context, tenant), await uploaded(context, tenant, b"in use")
    await read_uploaded(context, tenant, used, 1000)
    await sweep_blobs(context, older_than_s=-1)
    assert await context.blobs.exists(tenant.account_id, SHA256)

    await sweep_files(context)  # both are of today
    async with context.database.transaction(tenant) as db:
        assert await scalar(db, "SELECT count(*) FROM file") == 2

    await sweep_files(context, older_than_s=-1)
    await sweep_blobs(context, older_than_s=-1)
    assert not await context.blobs.exists(tenant.account_id, SHA256)
    with pytest.raises(FetchFailed):
        await read_uploaded(context, tenant, unused, 1000)
    kept = await read_uploaded(context, tenant, used, 1000)
    assert kept.content == b"in use"


async def test_a_file_that_is_used_after_the_sweep_looked_stays(
    context: Context, tenant: Tenant
) -> None:
    url = await uploaded(context, tenant)
    async with context.database.transaction() as db:
        (found,) = await queries.unused_files(db, older_than_s=-1, most=10)
    await read_uploaded(context, tenant, url, 1000)
    async with context.database.transaction(tenant) as db:
        await queries.delete_unused(db, tenant, found.file_id)
    assert (await read_uploaded(context, tenant, url, 1000)).content == CONTENT


async def test_a_file_whose_blob_was_swept_meanwhile_is_not_made(
    context: Context, tenant: Tenant
) -> None:
    stored = await files.store(context.blobs, tenant, pieces(CONTENT), most_bytes=1000, sha256=None)
    await context.blobs.delete(tenant.account_id, stored.sha256)
    with pytest.raises(Unavailable):
        async with context.database.transaction(tenant) as db:
            await files.keep(db, context.blobs, tenant, stored, "a.json")
    async with context.database.transaction(tenant) as db:
        assert await scalar(db, "SELECT count(*) FROM file") == 0


async def test_what_a_killed_process_left_is_deleted_the_next_day(
    context: Context, tmp_path: Path
) -> None:
    folder = tmp_path / "blobs" / HALF_WRITTEN
    folder.mkdir()
    (folder / "old").write_bytes(b"half")
    (folder / "new").write_bytes(b"half")
    yesterday_s = time.time() - 25 * 3600
    os.utime(folder / "old", (yesterday_s, yesterday_s))
    await sweep_files(context)
    assert [file.name for file in folder.iterdir()] == ["new"]
