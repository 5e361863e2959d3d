"""Points from the recorded scene to typed arrays: bytes, errors, and the browser's CPU.

    python benchmarks/points.py [--rounds 60]

Bytes and errors are of every frame as ingest packs it. Decoding is the worker's own code on 200,000
of those points (the first frame, repeated), bundled and run by Node, whose engine is Chromium's;
CPU of the whole process, so garbage collection and compilation count. Beside it the same points as
float32, what a change of one cuboid of 300 costs when labels give the points their colour, and what
it costs to find the point under the mouse among a million.
"""

import argparse
import gzip
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import zstandard
from _measure import ROOT, median_and_range, table, verdict

from groundplane.scenes.formats.frame_json import FrameColumns, read_frame
from groundplane.scenes.pack import PointColumns, decode_chunk, encode_chunk

SCENE = ROOT.parent / "shared/data/pandaset_001"
WEB = ROOT / "web"
COUNT, LARGE = 200_000, 1_000_000
BYTES_A_POINT = 7.0
ERROR_MM = 2.0
DECODE_MS = 10.0
PICK_MS = 10.0


class Timed(msgspec.Struct):
    decode_ms: list[float]
    float32_ms: list[float]
    member_ms: list[float]
    pick_ms: list[float]


def pack(frame: FrameColumns, rows: npt.NDArray[np.intp]) -> tuple[bytes, float]:
    """The chunk of these rows, compressed, and its largest error in millimetres."""
    origin_m = np.rint(np.array(frame.head.device_position))
    columns = PointColumns(
        intensity=None if frame.intensity is None else frame.intensity[rows],
        device=None if frame.device is None else frame.device[rows],
    )
    content = encode_chunk(frame.xyz[rows] - origin_m, columns, origin_m=origin_m).content
    error_m = decode_chunk(content).world() - frame.xyz[rows]
    return content, 1000 * float(np.linalg.norm(error_m, axis=1).max())


def decode(body: bytes, large: bytes, rounds: int) -> Timed:
    with tempfile.TemporaryDirectory() as folder:
        script, chunk = Path(folder) / "decode.mjs", Path(folder) / "chunk.bin"
        chunk.write_bytes(body)
        million = Path(folder) / "million.bin"
        million.write_bytes(large)
        entry = ROOT / "benchmarks/points_decode.ts"
        bundle = [WEB / "node_modules/.bin/rolldown", entry, "-o", script, "-p", "node"]
        subprocess.run(bundle, check=True, cwd=WEB, capture_output=True)
        done = subprocess.run(
            ["node", script, chunk, million, str(rounds)],
            check=True,
            capture_output=True,
            text=True,
        )
    return msgspec.json.decode(done.stdout, type=Timed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    rounds = parser.parse_args().rounds
    if not SCENE.is_dir():
        print(f"skipped: the recorded scene is not at {SCENE}")
        return
    files = sorted((SCENE / "frames").glob("*.json.gz"))
    frames = [read_frame(gzip.decompress(file.read_bytes())) for file in files]
    packed = [pack(frame, np.arange(frame.count)) for frame in frames]
    counts = [frame.count for frame in frames]
    bytes_a_point = max(len(c) / n for (c, _), n in zip(packed, counts, strict=True))
    error_mm = max(error for _, error in packed)
    plain = zstandard.ZstdDecompressor().decompress
    bodies = [
        plain(pack(frames[0], np.arange(count) % frames[0].count)[0]) for count in (COUNT, LARGE)
    ]
    timed = decode(bodies[0], bodies[1], rounds)
    # The first few compile the code.
    decode_ms = timed.decode_ms[len(timed.decode_ms) // 4 :]
    middle = float(np.median(decode_ms))
    pick_ms = float(np.median(timed.pick_ms))
    met = (
        bytes_a_point <= BYTES_A_POINT,
        error_mm <= ERROR_MM,
        middle <= DECODE_MS,
        pick_ms <= PICK_MS,
    )
    rows = [
        ("", "measured", "bar", ""),
        ("bytes a point, worst frame", f"{bytes_a_point:.2f}", f"{BYTES_A_POINT}", verdict(met[0])),
        ("largest error, worst frame", f"{error_mm:.2f} mm", f"{ERROR_MM} mm", verdict(met[1])),
        ("decode 200,000 points, CPU", median_and_range(decode_ms, "ms"), "10 ms", verdict(met[2])),
        ("the very first decode, CPU", f"{timed.decode_ms[0]:.1f} ms", "", ""),
        ("the same as float32, copied", median_and_range(timed.float32_ms, "ms"), "", ""),
        ("one of 300 cuboids moved, CPU", median_and_range(timed.member_ms, "ms"), "", ""),
        (
            "pick among 1,000,000 points, CPU",
            median_and_range(timed.pick_ms, "ms"),
            "10 ms",
            verdict(met[3]),
        ),
    ]
    table(f"Points of {SCENE.name}, {len(frames)} frames of {min(counts):,} and more", rows)
    if not all(met):
        sys.exit(1)


if __name__ == "__main__":
    main()
