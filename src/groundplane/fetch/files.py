"""file:// attachments: regular files under one folder, reached by no link that leaves it."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote

from groundplane.errors import FetchFailed, FetchRefused

NOT_ENABLED = "file:// addresses are not enabled on this server."
# One sentence for "not there", "not a file" and "not yours": the difference would be an oracle.
NO_SUCH_FILE = "There is no such file in the folder that file:// addresses may name."


_PIECE_BYTES = 1 << 20


async def file_pieces(url: str, files_root: Path | None, size_bytes: int) -> AsyncIterator[bytes]:
    """The content of `file:///absolute/path` below `files_root`, read as it is asked for.

    Raises:
        FetchRefused: file:// is not enabled, or the URL names another host or no path.
        FetchFailed: no such regular file below the root, or it is over the limit.
    """
    with await asyncio.to_thread(_opened, url, files_root) as file:
        left_bytes = size_bytes
        while content := await asyncio.to_thread(_read, url, file):
            left_bytes -= len(content)
            if left_bytes < 0:
                sentence = f"The file is larger than the limit of {size_bytes} bytes."
                raise FetchFailed(url, None, sentence)
            yield content


def _opened(url: str, files_root: Path | None) -> BinaryIO:
    if files_root is None:
        raise FetchRefused(url, NOT_ENABLED)
    rest = url[len("file://") :]
    path_text = unquote(rest)
    if not rest.startswith("/") or "\0" in path_text or "?" in rest or "#" in rest:
        raise FetchRefused(url, NO_SUCH_FILE)
    try:
        root = files_root.resolve(strict=True)
        inside = Path(path_text).resolve(strict=True).relative_to(root)
        return open(_open_below(root, inside.parts), "rb")
    except (OSError, ValueError):
        raise FetchFailed(url, None, NO_SUCH_FILE) from None


def _read(url: str, file: BinaryIO) -> bytes:
    try:
        return file.read(_PIECE_BYTES)
    except OSError:
        raise FetchFailed(url, None, NO_SUCH_FILE) from None


def _open_below(root: Path, parts: tuple[str, ...]) -> int:
    """Open a resolved path step by step: a link put in its way meanwhile is not followed.

    Raises:
        OSError: something in the way is gone or is a link, or the last part is no regular file.
    """
    step = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(root, step | os.O_DIRECTORY)
    for number, part in enumerate(parts, 1):
        # Non-blocking: opening a named pipe would otherwise wait for its writer.
        kind = os.O_DIRECTORY if number < len(parts) else os.O_NONBLOCK
        try:
            inner = os.open(part, step | kind, dir_fd=descriptor)
        finally:
            os.close(descriptor)
        descriptor = inner
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError("not a regular file")
    return descriptor
