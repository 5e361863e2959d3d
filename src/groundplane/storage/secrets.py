"""The instance's own secret: what seals the secrets that we must be able to read back."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from groundplane.errors import StartRefused

FILE = "secret.key"


class InstanceSecret:
    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(key)
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

    def open(self, sealed: bytes) -> bytes:
        """Raises StartRefused when another instance's secret sealed it."""
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
        os.write(fd, Fernet.generate_key())
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
