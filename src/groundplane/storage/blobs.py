"""Content-addressed bytes per account: a local folder or an object store, one interface.

Local writes are ours, because obstore's local store never calls fsync; everything else is
obstore. The rule for callers: put the blob, then commit the row that names it.
"""

import asyncio
import contextlib
import errno
import hashlib
import os
import re
import secrets
import tempfile
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from groundplane.errors import NotFound, StartRefused, Unavailable
from groundplane.storage.copies import Copies, path_of

OBJECT_STORES = ("s3", "gs")
DELETE_WITHIN_S = 20.0
HALF_WRITTEN = "half_written"  # no account's id, so no key's folder
WRITE_AT_ONCE_BYTES = 1 << 20
FULL = "The server has no space left for files."
KEY = re.compile(r"[0-9a-f]{24}/[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class StoredBlob:
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Received:
    """Bytes that arrived whole and are on this machine's disk, but no blob yet."""

    path: Path
    sha256: str
    size_bytes: int
    file: IO[bytes]


class Blobs:
    """Keys are `<account_id>/<sha256>`; what is stored under one never changes."""

    def __init__(
        self,
        store: ObjectStore,
        folder: Path | None = None,
        *,
        fsync: Callable[[int], None] = os.fsync,
    ) -> None:
        self._store = store
        self._folder = folder
        self._fsync = fsync
        self._copies = Copies()

    @classmethod
    def open(cls, url_or_path: str) -> Self:
        """A folder's path (created if missing), file://, s3:// or gs://.

        Credentials and region of an object store come from its usual environment variables.

        Raises:
            StartRefused: neither of these, or the folder cannot be made.
        """
        scheme = urlsplit(url_or_path).scheme if "://" in url_or_path else ""
        if scheme in OBJECT_STORES:
            try:
                return cls(from_url(url_or_path))
            except (BaseError, ValueError) as error:
                raise StartRefused(f"Blobs cannot be kept at {url_or_path}: {error}") from error
        if scheme not in ("", "file"):
            raise StartRefused(
                f"Blobs cannot be kept at {url_or_path}: give a folder, file://, s3:// or gs://."
            )
        folder = Path(unquote(urlsplit(url_or_path).path) if scheme else url_or_path).absolute()
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StartRefused(f"Blobs cannot be kept in {folder}: {error}.") from error
        return cls(LocalStore(folder), folder)

    async def put(self, account_id: str, content: bytes) -> str:
        """Store `content`; its sha256. Durable when it returns; again is harmless."""
        sha256 = await asyncio.to_thread(_digest, content)
        key = _key(account_id, sha256)
        try:
            if self._folder is None:
                await obstore.put_async(self._store, key, content)
            else:
                await asyncio.to_thread(self._write, self._folder, key, content)
        except (BaseError, OSError) as error:
            raise _cannot_store(error) from error
        return sha256

    async def put_stream(
        self,
        account_id: str,
        chunks: AsyncIterator[bytes],
        *,
        expected_sha256: str | None = None,
    ) -> StoredBlob | None:
        """Store what arrives in pieces, as `put` does, without holding it in memory.

        None, with nothing stored, when it is not what was expected. Whatever `chunks` raises
        passes through, and nothing is stored either.

        Raises:
            Unavailable: the store fails, or is full.
        """
        async with self.received(chunks) as received:
            if expected_sha256 not in (None, received.sha256):
                return None
            return await self.keep(account_id, received)

    @asynccontextmanager
    async def received(self, chunks: AsyncIterator[bytes]) -> AsyncGenerator[Received]:
        """What arrives in pieces, as a file to look at before it is kept; then it is gone.

        Its path may be opened as often as is liked; never change it. Whatever `chunks` raises
        passes through.

        Raises:
            Unavailable: there is no room for it.
        """
        folder = None if self._folder is None else self._folder / HALF_WRITTEN
        with contextlib.ExitStack() as stack:
            try:
                if folder is not None:
                    folder.mkdir(mode=0o700, exist_ok=True)
                file = stack.enter_context(_half_written(folder))
                digest, size_bytes = hashlib.sha256(), 0
                async for content in _gathered(chunks):
                    await asyncio.to_thread(digest.update, content)
                    await asyncio.to_thread(file.write, content)
                    size_bytes += len(content)
                file.flush()
            except (BaseError, OSError) as error:
                raise _cannot_store(error) from error
            path = path_of(file) if folder is None else Path(file.name)
            yield Received(path, digest.hexdigest(), size_bytes, file)

    async def keep(self, account_id: str, received: Received) -> StoredBlob:
        """Make a blob of it; durable when it returns.

        Raises:
            Unavailable: the store fails, or is full.
        """
        key = _key(account_id, received.sha256)
        try:
            if self._folder is None:
                received.file.seek(0)
                await obstore.put_async(self._store, key, received.file)
            else:
                await asyncio.to_thread(self._adopt, self._folder, key, received.file)
        except (BaseError, OSError) as error:
            raise _cannot_store(error) from error
        return StoredBlob(received.sha256, received.size_bytes)

    async def get(self, account_id: str, sha256: str) -> bytes:
        """Raises NotFound when the account has no such blob, Unavailable when the store fails."""
        try:
            found = await obstore.get_async(self._store, _key(account_id, sha256))
            return bytes(await found.bytes_async())
        except FileNotFoundError as error:
            raise NotFound("File") from error
        except (BaseError, OSError) as error:
            raise Unavailable("Files cannot be read right now.") from error

    @asynccontextmanager
    async def as_file(self, account_id: str, sha256: str) -> AsyncGenerator[Path]:
        """A blob as a file to read, to open again by its path; never change it.

        From an object store it is copied, once for all of this process that use it.

        Raises:
            NotFound: the account has no such blob.
            Unavailable: the store fails.
        """
        key = _key(account_id, sha256)
        if self._folder is not None:
            path = self._folder / key
            if not path.exists():
                raise NotFound("File")
            yield path
            return

        async def fill(copy: IO[bytes]) -> None:
            try:
                found = await obstore.get_async(self._store, key)
                async for chunk in found.stream():
                    await asyncio.to_thread(copy.write, chunk)
                copy.flush()
            except FileNotFoundError as error:
                raise NotFound("File") from error
            except (BaseError, OSError) as error:
                raise Unavailable("Files cannot be read right now.") from error

        async with self._copies.use(key, fill) as path:
            yield path

    async def get_range(self, account_id: str, sha256: str, start: int, end: int) -> bytes:
        """Bytes `start` up to, not including, `end`; raises as `get` does."""
        try:
            key = _key(account_id, sha256)
            return bytes(await obstore.get_range_async(self._store, key, start=start, end=end))
        except FileNotFoundError as error:
            raise NotFound("File") from error
        except (BaseError, OSError) as error:
            raise Unavailable("Files cannot be read right now.") from error

    async def exists(self, account_id: str, sha256: str) -> bool:
        """Raises Unavailable when the store fails."""
        try:
            await obstore.head_async(self._store, _key(account_id, sha256))
        except FileNotFoundError:
            return False
        except (BaseError, OSError) as error:
            raise Unavailable("Files cannot be read right now.") from error
        return True

    async def delete(self, account_id: str, sha256: str) -> None:
        """Gone for good when it returns; again is harmless.

        Raises:
            Unavailable: the store fails, or does not answer in 20 s. It may be gone all the same.
        """
        key = _key(account_id, sha256)
        try:
            async with asyncio.timeout(DELETE_WITHIN_S):
                if self._folder is None:
                    await obstore.delete_async(self._store, key)
                else:
                    await asyncio.to_thread(self._unlink, self._folder / key)
        except FileNotFoundError:
            pass  # deleted before
        except (BaseError, OSError) as error:
            raise Unavailable("Files cannot be deleted right now.") from error

    async def forget_half_written(self, *, older_than_s: float) -> None:
        """Delete what a process that was killed left of `put_stream`."""
        if self._folder is not None:
            folder = self._folder / HALF_WRITTEN
            await asyncio.to_thread(_delete_old, folder, time.time() - older_than_s)

    async def ready(self) -> bool:
        """Whether a blob could be read and, locally, written now."""
        try:
            await obstore.head_async(self._store, "ready")
        except FileNotFoundError:
            pass  # an answer: there is no such key
        except (BaseError, OSError):
            return False
        return self._folder is None or os.access(self._folder, os.R_OK | os.W_OK | os.X_OK)

    def _write(self, folder: Path, key: str, content: bytes) -> None:
        """Temporary file beside the target, fsync, rename, fsync of the folder."""
        target = folder / key
        if not target.parent.exists():
            target.parent.mkdir(mode=0o700, exist_ok=True)
            self._fsync_folder(folder)
        # Present means renamed; by a writer that may not have synced the folder yet.
        if not target.exists():
            half_written = target.with_name(f".{secrets.token_hex(8)}")
            try:
                with half_written.open("xb") as file:
                    file.write(content)
                    file.flush()
                    self._fsync(file.fileno())
                half_written.rename(target)
            finally:
                half_written.unlink(missing_ok=True)
        self._fsync_folder(target.parent)

    def _adopt(self, folder: Path, key: str, file: IO[bytes]) -> None:
        """What `_write` does, of a file that is on this disk already."""
        target = folder / key
        if not target.parent.exists():
            target.parent.mkdir(mode=0o700, exist_ok=True)
            self._fsync_folder(folder)
        if not target.exists():
            file.flush()
            self._fsync(file.fileno())
            Path(file.name).rename(target)
        self._fsync_folder(target.parent)

    def _unlink(self, target: Path) -> None:
        target.unlink(missing_ok=True)
        self._fsync_folder(target.parent)

    def _fsync_folder(self, folder: Path) -> None:
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            self._fsync(fd)
        finally:
            os.close(fd)


async def _gathered(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same bytes in larger pieces: each costs a thread's turn."""
    gathered = bytearray()
    async for chunk in chunks:
        gathered += chunk
        if len(gathered) >= WRITE_AT_ONCE_BYTES:
            yield bytes(gathered)
            gathered.clear()
    if gathered:
        yield bytes(gathered)


@contextmanager
def _half_written(folder: Path | None) -> Generator[IO[bytes]]:
    """A file that is gone afterwards, unless it was renamed: in the folder, or anywhere."""
    if folder is None:
        with tempfile.TemporaryFile() as file:
            yield file
        return
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        try:
            yield file
        finally:
            Path(file.name).unlink(missing_ok=True)


def _delete_old(folder: Path, before_s: float) -> None:
    for file in folder.glob("*"):
        if file.stat().st_mtime < before_s:
            file.unlink(missing_ok=True)


def _cannot_store(error: Exception) -> Unavailable:
    is_full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    return Unavailable(FULL if is_full else "Files cannot be stored right now.")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _key(account_id: str, sha256: str) -> str:
    key = f"{account_id}/{sha256}"
    if not KEY.fullmatch(key):  # nothing but a key may become a path
        raise NotFound("File")
    return key
