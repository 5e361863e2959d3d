"""The instance's own secret: what seals the secrets that we must be able to read back."""

import base64
import hashlib
import hmac
import os
import secrets
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from groundplane.errors import StartRefused

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

FILE = "secret.key"
KEY_BYTES = 32  # in URL-safe base64, as Fernet's specification has it


class InstanceSecret:
    def __init__(self, key: bytes) -> None:
        """Raises ValueError: this is no key."""
        if len(base64.urlsafe_b64decode(key)) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes")
        self._key = key

    @classmethod
    def load_or_create(cls, folder: Path) -> "InstanceSecret":
        """From `secret.key` in `folder` (mode 0600), made by the first start.

        Raises:
            StartRefused: the file cannot be read or made, or is not a key.
        """
        path = folder / FILE
        try:
            if not path.exists():
                _create(path)
            return cls(path.read_bytes().strip())
        except OSError as error:
            raise StartRefused(f"The secret {path} cannot be used: {error}.") from error
        except ValueError as error:
            raise StartRefused(
                f"{path} is not a key of Groundplane. Put back the file that belongs to this "
                "database: what it sealed cannot be opened without it."
            ) from error

    def derive(self, purpose: str, *names: str) -> bytes:
        """32 bytes that only this instance can make, always the same for the same names."""
        # A length before each name: no two lists of names run together to one message.
        parts = [purpose, *names]
        message = b"".join(b"%d:%s" % (len(p.encode()), p.encode()) for p in parts)
        return hmac.digest(self._key, message, hashlib.sha256)

    def seal(self, content: bytes) -> bytes:
        return self._fernet.encrypt(content)

    @cached_property
    def _fernet(self) -> "Fernet":
        # Every start has this secret, and few ever seal: the library is a thirtieth of a start.
        from cryptography.fernet import Fernet  # noqa: PLC0415 - see above

        return Fernet(self._key)

    def open(self, sealed: bytes) -> bytes:
        """Raises StartRefused when another instance's secret sealed it."""
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 - as in _fernet

        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken as error:
            raise StartRefused(
                f"A stored secret was sealed with another {FILE}. Put back the file that belongs "
                "to this database."
            ) from error


def _create(path: Path) -> None:
    """Whole or not at all: written beside, then linked; of two starters the first wins."""
    half_written = path.with_name(f".{FILE}.{secrets.token_hex(8)}")
    fd = os.open(half_written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(fd, base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)))
        os.fsync(fd)
        try:
            os.link(half_written, path)
        except FileExistsError:
            return
    finally:
        os.close(fd)
        half_written.unlink()
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
