"""Write chunk.json, the golden chunks that pytest and vitest both read.

    python tests/golden/write_chunk.py

The bytes are built here by hand from the table in scenes/pack.py with `struct`, without calling it,
so that the file is a witness and not an echo. `body_base64` is a chunk without its zstd layer.
"""

import base64
import json
import struct
from pathlib import Path

ORIGIN_M = (431_257.0, 5_412_983.0, 107.0)
MIN_M = (-12.5, -40.25, -2.0)
STEP_M = (0.001953125, 0.00390625, 0.0009765625)  # powers of two: every product below is exact
INTENSITY_MIN, INTENSITY_STEP = 0.25, 0.0078125

OLD_POSITIONS_Q = [(0, 65535, 300), (65535, 0, 301), (7, 32768, 299), (7, 32767, 1000), (260, 5, 0)]
OLD_INTENSITY_Q = [3, 0, 65535, 255, 256]

POSITIONS_Q = [
    (0, 262143, 300),
    (262143, 0, 65535),
    (7, 131073, 0),
    (65538, 131070, 1000),
    (70001, 5, 999),
]
INTENSITY_Q = [3, 0, 4095, 255, 256]
DEVICES = [2, 300_000]
DEVICE_Q = [0, 1, 1, 0, 1]
TIME_SPAN_S = 0.09375
TIME_Q = [0, 1, 32768, 65535, 300]
# position relative to the origin, velocity, size; all exact in float32
RADAR = [
    (20.5, -3.25, 0.75, -12.5, 0.5, 0.0, 0.625),
    (-40.125, 8.0, 1.5, 0.0, 0.0, 0.0, float("nan")),
]


def planes(values: list[int], width: int) -> bytes:
    codes: list[int] = []
    previous = 0
    for value in values:
        delta = value - previous
        if width == 2:
            delta = (delta + 0x8000) % 0x10000 - 0x8000
        codes.append(2 * delta if delta >= 0 else -2 * delta - 1)
        previous = value
    return b"".join(bytes(code >> 8 * place & 255 for code in codes) for place in range(width))


def header(version: int, flags: int, count: int, radar: int) -> bytes:
    return (
        struct.pack("<4sHHII", b"GPC1", version, flags, count, radar)
        + struct.pack("<3d3d3d", *ORIGIN_M, *MIN_M, *STEP_M)
        + struct.pack("<2f", INTENSITY_MIN, INTENSITY_STEP)
    )


def version_1() -> bytes:
    body = header(1, 1, len(OLD_POSITIONS_Q), 0)
    for axis in range(3):
        body += planes([point[axis] for point in OLD_POSITIONS_Q], 2)
    return body + planes(OLD_INTENSITY_Q, 2)


def version_2() -> bytes:
    body = header(2, 7, len(POSITIONS_Q), len(RADAR))
    body += struct.pack("<dII2I", TIME_SPAN_S, len(DEVICES), 0, *DEVICES)
    for axis, width in ((0, 3), (1, 3), (2, 2)):
        body += planes([point[axis] for point in POSITIONS_Q], width)
    body += planes(INTENSITY_Q, 2) + bytes(DEVICE_Q) + planes(TIME_Q, 2)
    for column in range(7):
        body += struct.pack(f"<{len(RADAR)}f", *(point[column] for point in RADAR))
    return body


def facts(
    body: bytes, positions_q: list[tuple[int, int, int]], intensity_q: list[int]
) -> dict[str, object]:
    return {
        "body_base64": base64.b64encode(body).decode(),
        "count": len(positions_q),
        "origin_m": ORIGIN_M,
        "min_m": MIN_M,
        "step_m": STEP_M,
        "intensity_min": INTENSITY_MIN,
        "intensity_step": INTENSITY_STEP,
        "positions_q": positions_q,
        "intensity_q": intensity_q,
        "world_m": [
            [
                o + low + step * q
                for o, low, step, q in zip(ORIGIN_M, MIN_M, STEP_M, point, strict=True)
            ]
            for point in positions_q
        ],
        "intensity": [INTENSITY_MIN + INTENSITY_STEP * q for q in intensity_q],
    }


def main() -> None:
    golden = {
        "source": "tests/golden/write_chunk.py, by hand from the byte table of scenes/pack.py",
        "version_1": facts(version_1(), OLD_POSITIONS_Q, OLD_INTENSITY_Q),
        "version_2": {
            **facts(version_2(), POSITIONS_Q, INTENSITY_Q),
            "devices": DEVICES,
            "device_q": DEVICE_Q,
            "time_span_s": TIME_SPAN_S,
            "time_q": TIME_Q,
            "radar_m": [[o + p for o, p in zip(ORIGIN_M, point, strict=False)] for point in RADAR],
            "radar_velocity": [point[3:6] for point in RADAR],
            "radar_size": [None if point[6] != point[6] else point[6] for point in RADAR],
        },
    }
    path = Path(__file__).with_name("chunk.json")
    path.write_text(json.dumps(golden, indent=2) + "\n")


if __name__ == "__main__":
    main()
