"""The file of original points: what goes in comes out."""

from dataclasses import replace

import numpy as np
import pytest
import zstandard

from groundplane.scenes.originals import Originals, decode_originals, encode_originals

FULL = Originals(
    origin_m=np.array([431257.0, 5412983.0, 107.0]),
    relative_m=np.array([[1.5, -2.25, 3], [4, 5, 6]], np.float32),
    intensity=np.array([0.25, 255], np.float32),
    device=np.array([0, 2**32 - 1], np.uint32),
    time_ns=np.array([1541196976735462001, -1]),
    time=None,
    is_ground=np.array([True, False]),
    present=np.array([127, 7], np.uint8),
)


@pytest.mark.parametrize(
    "without",
    [(), ("intensity",), ("device", "time_ns"), ("intensity", "device", "time_ns", "is_ground")],
)
def test_every_set_of_columns_comes_back(without: tuple[str, ...]) -> None:
    originals = replace(FULL, **dict.fromkeys(without))
    back = decode_originals(encode_originals(originals))
    for name in Originals.__slots__:
        wanted, got = getattr(originals, name), getattr(back, name)
        assert (wanted is None) == (got is None), name
        if wanted is not None:
            assert wanted.dtype == got.dtype, name
            np.testing.assert_array_equal(wanted, got, err_msg=name)


def test_a_file_of_the_wrong_length_is_refused() -> None:
    body = zstandard.ZstdDecompressor().decompress(encode_originals(FULL))
    for damaged in (body[:-1], body + b"\0", b"GPO2" + body[4:], b""):
        with pytest.raises(ValueError, match="points"):
            decode_originals(zstandard.ZstdCompressor().compress(damaged))
    with pytest.raises(ValueError, match="zstd"):
        decode_originals(body)
