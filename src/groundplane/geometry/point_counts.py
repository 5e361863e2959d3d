"""The hot loop of counting points in boxes. Importing this module imports numba: do it late."""

import numpy as np

from groundplane.geometry.arrays import Float32Array, Float64Array, Int64Array
from groundplane.geometry.compiled import compiled


@compiled
def count_inside(
    points: Float64Array | Float32Array,
    centres: Float64Array,
    turns: Float64Array,
    halves: Float64Array,
    reaches: Float64Array,
) -> Int64Array:
    """How many of the points (n, 3) are in each of m boxes, (m,).

    Per box: `centres` (m, 3), `turns` (m, 3, 3) world_from_box, half sizes `halves` (m, 3), and
    half extents along the world's axes `reaches` (m, 3), by which two comparisons dismiss nearly
    every point. The border belongs to the box; a NaN is in none.
    """
    counts = np.zeros(len(centres), np.int64)
    for box in range(len(centres)):
        turn, half, reach = turns[box], halves[box], reaches[box]
        centre_x, centre_y, centre_z = centres[box]
        inside = 0
        for row in range(len(points)):
            x = points[row, 0] - centre_x
            if abs(x) > reach[0]:
                continue
            y = points[row, 1] - centre_y
            if abs(y) > reach[1]:
                continue
            z = points[row, 2] - centre_z
            inside += (
                abs(turn[0, 0] * x + turn[1, 0] * y + turn[2, 0] * z) <= half[0]
                and abs(turn[0, 1] * x + turn[1, 1] * y + turn[2, 1] * z) <= half[1]
                and abs(turn[0, 2] * x + turn[1, 2] * y + turn[2, 2] * z) <= half[2]
            )
        counts[box] = inside
    return counts
