"""A body as it arrives: counted, unzipped if it says so, and stopped when it is too much."""

import zlib
from collections.abc import Iterator

from groundplane.errors import FetchFailed

_PIECE_BYTES = 1 << 20
_GZIP = 16 + zlib.MAX_WBITS


class Body:
    """The body of the answer `status` of `url`, plain or gzip, of at most `size_bytes`.

    A gzip body may grow `grace_bytes` beyond `ratio` times what was received, so that a
    small file of zeros is read and a bomb is not.

    Raises (all methods):
        FetchFailed: a limit is broken, or the bytes are not gzip.
    """

    def __init__(
        self,
        url: str,
        status: int,
        *,
        encoding: str,
        size_bytes: int,
        ratio: int,
        grace_bytes: int,
    ) -> None:
        self._url, self._status = url, status
        self._size_bytes, self._ratio, self._grace_bytes = size_bytes, ratio, grace_bytes
        self._received_bytes = self._grown_bytes = 0
        if encoding not in ("", "identity", "gzip", "x-gzip"):
            raise self._failure("The file came in an encoding that is not accepted.")
        self._unzip = zlib.decompressobj(_GZIP) if encoding.endswith("gzip") else None

    def expect(self, length_bytes: int) -> None:
        """Refuse at once what the sender says will be too long."""
        if length_bytes > self._size_bytes:
            raise self._too_large()

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """What arrived, unzipped: pieces of at most 1 MB, or the chunk itself."""
        self._received_bytes += len(chunk)
        self.expect(self._received_bytes)
        if self._unzip is None:
            yield chunk
        else:
            yield from self._feed_gzip(chunk)

    def finish(self) -> None:
        if self._unzip is not None and not self._unzip.eof:
            raise self._failure("The file's gzip data end too early.")

    def _feed_gzip(self, chunk: bytes) -> Iterator[bytes]:
        while chunk:
            if self._unzip is None or self._unzip.eof:
                # A gzip file may be several, one after another (RFC 1952, 2.2).
                self._unzip = zlib.decompressobj(_GZIP)
            try:
                piece = self._unzip.decompress(chunk, _PIECE_BYTES)
            except zlib.error:
                raise self._failure("The file's gzip data are damaged.") from None
            chunk = self._unzip.unused_data if self._unzip.eof else self._unzip.unconsumed_tail
            self._grown_bytes += len(piece)
            self._check_growth()
            yield piece

    def _check_growth(self) -> None:
        if self._grown_bytes > self._size_bytes:
            raise self._too_large()
        if self._grown_bytes > self._ratio * self._received_bytes + self._grace_bytes:
            raise self._failure("The file grows too much when it is unzipped.")

    def _too_large(self) -> FetchFailed:
        return self._failure(f"The file is larger than the limit of {self._size_bytes} bytes.")

    def _failure(self, sentence: str) -> FetchFailed:
        return FetchFailed(self._url, self._status, sentence)
