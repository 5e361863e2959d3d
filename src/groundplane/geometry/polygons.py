"""Convex polygons on the ground: just what overlapping boxes need."""

from groundplane.geometry.arrays import Float64Array

Polygon = list[tuple[float, float]]


def polygon(vertices_m: Float64Array) -> Polygon:
    """From (n, 2) rows."""
    return [(x, y) for x, y in vertices_m.tolist()]


def area_m2(vertices_m: Polygon) -> float:
    """Positive when the vertices run counter-clockwise (shoelace formula)."""
    following = [*vertices_m[1:], *vertices_m[:1]]
    doubled = sum(
        x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(vertices_m, following, strict=True)
    )
    return doubled / 2


def clip_convex(subject_m: Polygon, window_m: Polygon) -> Polygon:
    """What two convex counter-clockwise polygons share; fewer than three vertices: no area.

    Sutherland and Hodgman, "Reentrant polygon clipping", 1974.
    """
    kept = subject_m
    for start, end in zip(window_m, [*window_m[1:], *window_m[:1]], strict=True):
        kept = _left_of(kept, start, end)
    return kept


def _left_of(vertices: Polygon, start: tuple[float, float], end: tuple[float, float]) -> Polygon:
    """The part of a convex polygon that is left of a directed line, or on it."""
    direction_x, direction_y = end[0] - start[0], end[1] - start[1]
    sides = [direction_x * (y - start[1]) - direction_y * (x - start[0]) for x, y in vertices]
    kept: Polygon = []
    for index, (vertex, side) in enumerate(zip(vertices, sides, strict=True)):
        before, side_before = vertices[index - 1], sides[index - 1]
        if side * side_before < 0:
            fraction = side_before / (side_before - side)
            kept.append(
                (
                    before[0] + fraction * (vertex[0] - before[0]),
                    before[1] + fraction * (vertex[1] - before[1]),
                )
            )
        if side >= 0:
            kept.append(vertex)
    return kept
