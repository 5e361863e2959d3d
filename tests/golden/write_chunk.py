"""Write chunk.json, the golden chunk that pytest and vitest both read.

    python tests/golden/write_chunk.py

The bytes are built here by hand from the table in scenes/pack.py with `struct`, without calling it,
so that the file is a witness and not an echo. `body_base64` is the chunk without its zstd layer.
"""

import base64
import json
import struct
from pathlib import Path

ORIGIN_M = (431_257.0, 5_412_983.0, 107.0)
MIN_M = (-12.5, -40.25, -2.0)
STEP_M = (0.001953125, 0.00390625, 0.0009765625)  # powers of two: every product below is exact
INTENSITY_MIN, INTENSITY_STEP = 0.25, 0.0078125
POSITIONS_Q = [(0, 65535, 300), (65535, 0, 301), (7, 32768, 299), (7, 32767, 1000), (260, 5, 0)]
INTENSITY_Q = [3, 0, 65535, 255, 256]


def zigzag_planes(values: list[int]) -> bytes:
    codes: list[int] = []
    previous = 0
    for value in values:
        delta = (value - previous + 0x8000) % 0x10000 - 0x8000
        codes.append(2 * delta if delta >= 0 else -2 * delta - 1)
        previous = value
    return bytes(code & 255 for code in codes) + bytes(code >> 8 for code in codes)


def main() -> None:
    body = struct.pack("<4sHHII", b"GPC1", 1, 1, len(POSITIONS_Q), 0)
    body += struct.pack("<3d3d3d", *ORIGIN_M, *MIN_M, *STEP_M)
    body += struct.pack("<2f", INTENSITY_MIN, INTENSITY_STEP)
    for axis in range(3):
        body += zigzag_planes([point[axis] for point in POSITIONS_Q])
    body += zigzag_planes(INTENSITY_Q)
    golden = {
        "source": "tests/golden/write_chunk.py, by hand from the byte table of scenes/pack.py",
        "body_base64": base64.b64encode(body).decode(),
        "count": len(POSITIONS_Q),
        "origin_m": ORIGIN_M,
        "min_m": MIN_M,
        "step_m": STEP_M,
        "intensity_min": INTENSITY_MIN,
        "intensity_step": INTENSITY_STEP,
        "positions_q": POSITIONS_Q,
        "intensity_q": INTENSITY_Q,
        "world_m": [
            [
                o + low + step * q
                for o, low, step, q in zip(ORIGIN_M, MIN_M, STEP_M, point, strict=True)
            ]
            for point in POSITIONS_Q
        ],
        "intensity": [INTENSITY_MIN + INTENSITY_STEP * q for q in INTENSITY_Q],
    }
    path = Path(__file__).with_name("chunk.json")
    path.write_text(json.dumps(golden, indent=2) + "\n")


if __name__ == "__main__":
    main()
