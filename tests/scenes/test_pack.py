"""The chunk format: its golden file, its laws, and what strays may not do to it."""

import base64
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from groundplane.scenes import pack

GOLDEN = Path(__file__).parents[1] / "golden" / "chunk.json"
ORIGIN_M = np.array([431257.0, 5412983.0, 107.0])

clouds = hnp.arrays(
    np.float64,
    st.tuples(st.integers(1, 40), st.just(3)),
    elements=st.floats(-300, 300, allow_nan=False),
)


def test_the_golden_chunk_made_by_hand_decodes_to_its_numbers() -> None:
    """The same file is read by web/src/workers/chunk.test.ts."""
    golden = json.loads(GOLDEN.read_text())
    chunk = pack.decode_body(base64.b64decode(golden["body_base64"]))
    assert chunk.positions_q.tolist() == golden["positions_q"]
    assert chunk.intensity_q is not None
    assert chunk.intensity_q.tolist() == golden["intensity_q"]
    assert chunk.world().tolist() == golden["world_m"]
    assert chunk.intensity_min == golden["intensity_min"]
    assert chunk.intensity_step == golden["intensity_step"]


@given(clouds)
def test_every_point_comes_back_in_its_row_within_half_a_step(positions_m: np.ndarray) -> None:
    encoded = pack.encode_chunk(positions_m, None, origin_m=ORIGIN_M)
    decoded = pack.decode_chunk(encoded.content)
    assert decoded.positions_q.shape == positions_m.shape
    error_m = np.abs(decoded.world() - ORIGIN_M - positions_m)
    # float64 at UTM size resolves a nanometre: that much more than half a step is rounding.
    assert (error_m <= np.array(encoded.step_m) / 2 + 2e-9).all()
    assert encoded.far_count == 0


@given(clouds)
def test_intensity_comes_back_within_half_a_step(positions_m: np.ndarray) -> None:
    intensity = positions_m[:, 1].astype(np.float32)
    decoded = pack.decode_chunk(
        pack.encode_chunk(positions_m, intensity, origin_m=ORIGIN_M).content
    )
    assert decoded.intensity_q is not None
    back = decoded.intensity_min + decoded.intensity_step * decoded.intensity_q
    np.testing.assert_allclose(back, intensity, atol=decoded.intensity_step * 0.51 + 1e-4)


def test_a_single_stray_does_not_coarsen_everybody() -> None:
    near_m = np.random.default_rng(5).uniform(-100, 100, (5000, 3))
    encoded = pack.encode_chunk(
        np.vstack([near_m, [[90_000.0, 3.0, 1.0]]]), None, origin_m=ORIGIN_M
    )
    assert encoded.step_m[0] < 0.01
    assert encoded.far_count == 1
    decoded = pack.decode_chunk(encoded.content)
    np.testing.assert_allclose(decoded.world()[:5000] - ORIGIN_M, near_m, rtol=0, atol=0.005)
    assert decoded.positions_q[5000, 0] == 65535


def test_a_cloud_that_really_is_wide_keeps_its_bounding_box() -> None:
    wide_m = np.random.default_rng(6).uniform(-1500, 1500, (5000, 3))
    encoded = pack.encode_chunk(wide_m, None, origin_m=ORIGIN_M)
    assert encoded.far_count == 0
    assert encoded.max_m == tuple(wide_m.max(axis=0))


@pytest.mark.parametrize("cut", [0, 4, 95, 97, -1])
def test_a_chunk_of_the_wrong_length_is_refused(cut: int) -> None:
    body = base64.b64decode(json.loads(GOLDEN.read_text())["body_base64"])
    with pytest.raises(ValueError, match="chunk"):
        pack.decode_body(body[:cut])


def test_bytes_that_are_not_compressed_are_refused() -> None:
    with pytest.raises(ValueError, match="zstd"):
        pack.decode_chunk(b"GPC1 but not compressed")
