"""file:// attachments: regular files under one folder, reached by no link that leaves it."""

import os
import stat
from pathlib import Path
from urllib.parse import unquote

from groundplane.errors import FetchFailed, FetchRefused

NOT_ENABLED = "file:// addresses are not enabled on this server."
# One sentence for "not there", "not a file" and "not yours": the difference would be an oracle.
NO_SUCH_FILE = "There is no such file in the folder that file:// addresses may name."


def read_file(url: str, files_root: Path | None, size_bytes: int) -> bytes:
    """The content of `file:///absolute/path` below `files_root`.

    Raises:
        FetchRefused: file:// is not enabled, or the URL names another host or no path.
        FetchFailed: no such regular file below the root, or it is over the limit.
    """
    if files_root is None:
        raise FetchRefused(url, NOT_ENABLED)
    rest = url[len("file://") :]
    path_text = unquote(rest)
    if not rest.startswith("/") or "\0" in path_text or "?" in rest or "#" in rest:
        raise FetchRefused(url, NO_SUCH_FILE)
    try:
        root = files_root.resolve(strict=True)
        inside = Path(path_text).resolve(strict=True).relative_to(root)
        with open(_open_below(root, inside.parts), "rb") as file:
            content = file.read(size_bytes + 1)
    except (OSError, ValueError):
        raise FetchFailed(url, None, NO_SUCH_FILE) from None
    if len(content) > size_bytes:
        raise FetchFailed(url, None, f"The file is larger than the limit of {size_bytes} bytes.")
    return content


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
