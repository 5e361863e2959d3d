"""The chunk format: its golden file, its laws, and what strays may not do to it."""

import base64
import json
from pathlib import Path

import numpy as np
import pytest
import zstandard
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


@pytest.mark.parametrize("version", ["version_1", "version_2"])
def test_the_golden_chunks_made_by_hand_decode_to_their_numbers(version: str) -> None:
    """The same file is read by web/src/workers/chunk.test.ts."""
    golden = json.loads(GOLDEN.read_text())[version]
    chunk = pack.decode_body(base64.b64decode(golden["body_base64"]))
    assert chunk.positions_q.tolist() == golden["positions_q"]
    assert chunk.intensity_q is not None
    assert chunk.intensity_q.tolist() == golden["intensity_q"]
    assert chunk.world().tolist() == golden["world_m"]
    assert chunk.intensity_min == golden["intensity_min"]
    assert chunk.intensity_step == golden["intensity_step"]


def test_the_golden_chunk_has_devices_times_and_radar() -> None:
    golden = json.loads(GOLDEN.read_text())["version_2"]
    chunk = pack.decode_body(base64.b64decode(golden["body_base64"]))
    assert chunk.devices.tolist() == golden["devices"]
    assert chunk.device_q is not None
    assert chunk.device_q.tolist() == golden["device_q"]
    assert chunk.time_span_s == golden["time_span_s"]
    assert chunk.time_q is not None
    assert chunk.time_q.tolist() == golden["time_q"]
    assert (chunk.radar.positions_m + chunk.origin_m).tolist() == golden["radar_m"]
    assert chunk.radar.velocity.tolist() == golden["radar_velocity"]
    assert [None if np.isnan(s) else s for s in chunk.radar.size] == golden["radar_size"]


def test_a_chunk_written_now_is_the_golden_one_byte_for_byte() -> None:
    golden = json.loads(GOLDEN.read_text())["version_2"]
    body = base64.b64decode(golden["body_base64"])
    read = pack.decode_body(body)
    assert read.device_q is not None
    assert read.time_q is not None
    # The golden points touch all sides of their box, so that writing them finds the same box.
    encoded = pack.encode_chunk(
        read.world() - read.origin_m,
        pack.PointColumns(
            intensity=np.array(golden["intensity"], np.float32),
            device=read.devices[read.device_q],
            time=read.time_q / 65535 * read.time_span_s,
            time_given=np.ones(len(read.time_q), np.bool_),
        ),
        origin_m=read.origin_m,
        radar=read.radar,
    )
    assert zstandard.ZstdDecompressor().decompress(encoded.content) == body


@given(clouds)
def test_every_point_comes_back_in_its_row_within_half_a_step(positions_m: np.ndarray) -> None:
    encoded = pack.encode_chunk(positions_m, pack.PointColumns(), origin_m=ORIGIN_M)
    decoded = pack.decode_chunk(encoded.content)
    assert decoded.positions_q.shape == positions_m.shape
    error_m = np.abs(decoded.world() - ORIGIN_M - positions_m)
    # float64 at UTM size resolves a nanometre: that much more than half a step is rounding.
    assert (error_m <= np.array(encoded.step_m) / 2 + 2e-9).all()
    assert encoded.far_count == 0


@given(clouds)
def test_intensity_comes_back_within_half_a_step(positions_m: np.ndarray) -> None:
    intensity = positions_m[:, 1].astype(np.float32)
    encoded = pack.encode_chunk(positions_m, pack.PointColumns(intensity), origin_m=ORIGIN_M)
    decoded = pack.decode_chunk(encoded.content)
    assert decoded.intensity_q is not None
    back = decoded.intensity_min + decoded.intensity_step * decoded.intensity_q
    np.testing.assert_allclose(back, intensity, atol=decoded.intensity_step * 0.51 + 1e-4)


@given(hnp.arrays(np.uint32, st.integers(1, 60), elements=st.sampled_from([0, 3, 7, 2**32 - 1])))
def test_every_point_keeps_its_device(device: np.ndarray) -> None:
    columns = pack.PointColumns(device=device)
    encoded = pack.encode_chunk(np.zeros((len(device), 3)), columns, origin_m=ORIGIN_M)
    decoded = pack.decode_chunk(encoded.content)
    assert decoded.device_q is not None
    assert decoded.devices[decoded.device_q].tolist() == device.tolist()


def test_more_devices_than_a_byte_tells_apart_are_left_out() -> None:
    columns = pack.PointColumns(device=np.arange(256, dtype=np.uint32))
    encoded = pack.encode_chunk(np.zeros((256, 3)), columns, origin_m=ORIGIN_M)
    assert pack.decode_chunk(encoded.content).device_q is None


START_NS = 1_541_196_976_735_462_000


@pytest.mark.parametrize(
    ("time", "first_ns", "span_s"),
    [
        (np.array([START_NS, START_NS + 100_000_000, 0, START_NS + 40_000_000]), START_NS, 0.1),
        (np.array([5e8, 6e8, 0, 5.4e8]), 500_000_000, 0.1),
        (np.array([1541196976.5, 1541196976.6, 0, 1541196976.54]), 1541196976500000000, 0.1),
        (
            np.array([-(2**63), 2**63 - 1, 0, -(2**63) + 7378697629483820646]),
            -(2**63),
            1.8446744073709552e10,
        ),
    ],
    ids=["whole nanoseconds", "decimal nanoseconds", "decimal seconds", "all that int64 holds"],
)
def test_times_are_told_since_the_first_point(
    time: np.ndarray, first_ns: int, span_s: float
) -> None:
    """The third point gives no time: it counts as the first."""
    given_time = np.array([True, True, False, True])
    columns = pack.PointColumns(time=time, time_given=given_time)
    encoded = pack.encode_chunk(np.zeros((4, 3)), columns, origin_m=ORIGIN_M)
    assert encoded.first_time_ns == first_ns
    decoded = pack.decode_chunk(encoded.content)
    assert decoded.time_span_s == pytest.approx(span_s, rel=1e-6)
    assert decoded.time_q is not None
    assert decoded.time_q.tolist() == [0, 65535, 0, 26214]


def test_one_time_for_all_points_is_no_time() -> None:
    columns = pack.PointColumns(time=np.full(3, START_NS), time_given=np.ones(3, np.bool_))
    encoded = pack.encode_chunk(np.zeros((3, 3)), columns, origin_m=ORIGIN_M)
    assert pack.decode_chunk(encoded.content).time_q is None
    assert encoded.first_time_ns is None


def test_a_street_of_360_metres_is_right_to_two_millimetres() -> None:
    street_m = np.random.default_rng(7).uniform([-180, -180, -5], [180, 180, 60], (4000, 3))
    encoded = pack.encode_chunk(street_m, pack.PointColumns(), origin_m=ORIGIN_M)
    error_m = pack.decode_chunk(encoded.content).world() - ORIGIN_M - street_m
    assert np.linalg.norm(error_m, axis=1).max() < 0.0015


def test_a_single_stray_does_not_coarsen_everybody() -> None:
    near_m = np.random.default_rng(5).uniform(-100, 100, (5000, 3))
    encoded = pack.encode_chunk(
        np.vstack([near_m, [[90_000.0, 3.0, 1.0]]]), pack.PointColumns(), origin_m=ORIGIN_M
    )
    assert encoded.step_m[0] < 0.01
    assert encoded.far_count == 1
    decoded = pack.decode_chunk(encoded.content)
    np.testing.assert_allclose(decoded.world()[:5000] - ORIGIN_M, near_m, rtol=0, atol=0.005)
    assert decoded.positions_q[5000, 0] == 2**18 - 1


def test_a_cloud_that_really_is_wide_keeps_its_bounding_box() -> None:
    wide_m = np.random.default_rng(6).uniform(-1500, 1500, (5000, 3))
    encoded = pack.encode_chunk(wide_m, pack.PointColumns(), origin_m=ORIGIN_M)
    assert encoded.far_count == 0
    assert encoded.max_m == tuple(wide_m.max(axis=0))


@pytest.mark.parametrize("cut", [0, 4, 95, 97, 111, 113, -1])
def test_a_chunk_of_the_wrong_length_is_refused(cut: int) -> None:
    body = base64.b64decode(json.loads(GOLDEN.read_text())["version_2"]["body_base64"])
    with pytest.raises(ValueError, match="chunk"):
        pack.decode_body(body[:cut])


def test_bytes_that_are_not_compressed_are_refused() -> None:
    with pytest.raises(ValueError, match="zstd"):
        pack.decode_chunk(b"GPC1 but not compressed")
