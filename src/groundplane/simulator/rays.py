"""Where rays end: the compiled heart of every sensor.

Importing this module imports numba: do it late. Compiled functions that call one another share this
file, because numba's cache looks at the file of the caller only.
"""

import math

import numpy as np

from groundplane.geometry.arrays import Float64Array, Int64Array
from groundplane.geometry.compiled import as_int64, compiled, inlined
from groundplane.simulator.ray_values import (
    BALL,
    CENTRE,
    CYLINDER,
    HAIR_M,
    KERB,
    LEAN,
    NEAREST_M,
    NOTHING,
    OFF_THE_SURFACE_M,
    PAVEMENT,
    RADIUS,
    ROAD,
    Ground,
    Hits,
    Rays,
    Solids,
)

_BISECTIONS = 24


@inlined
def _enter_ball(start: Float64Array, ray: Float64Array, normal: Float64Array) -> float:
    a = ray[0] * ray[0] + ray[1] * ray[1] + ray[2] * ray[2]
    b = start[0] * ray[0] + start[1] * ray[1] + start[2] * ray[2]
    root = b * b - a * (start[0] * start[0] + start[1] * start[1] + start[2] * start[2] - 1)
    if root <= 0:
        return np.inf
    enter = (-b - math.sqrt(root)) / a
    for axis in range(3):
        normal[axis] = start[axis] + enter * ray[axis]
    return enter


@inlined
def _enter_cylinder(start: Float64Array, ray: Float64Array, normal: Float64Array) -> float:
    enter, leave = -np.inf, np.inf
    a = ray[0] * ray[0] + ray[1] * ray[1]
    b = start[0] * ray[0] + start[1] * ray[1]
    root = b * b - a * (start[0] * start[0] + start[1] * start[1] - 1)
    if root <= 0:
        return np.inf
    if a > 1e-18:
        enter = (-b - math.sqrt(root)) / a
        leave = (-b + math.sqrt(root)) / a
        normal[0], normal[1], normal[2] = start[0] + enter * ray[0], start[1] + enter * ray[1], 0.0
    for side in (-1.0, 1.0):
        towards, gap = side * ray[2], 1 - side * start[2]
        if towards < 0:
            if gap / towards > enter:
                enter = gap / towards
                normal[0], normal[1], normal[2] = 0.0, 0.0, side
        elif towards > 0:
            leave = min(leave, gap / towards)
        elif gap < 0:
            return np.inf
    return enter if enter < leave else np.inf


@inlined
def _enter_block(
    shapes: Float64Array, solid: int, start: Float64Array, ray: Float64Array, normal: Float64Array
) -> float:
    enter, leave = -np.inf, np.inf
    for face in range(6):
        nx, ny, nz, reach = 0.0, 0.0, 0.0, 1.0
        side = 1.0 if face % 2 == 0 else -1.0
        if face < 2:
            lean = shapes[solid, LEAN + face]
            nx, nz, reach = side, lean / 2, 1 - lean / 2
        elif face < 4:
            lean = shapes[solid, LEAN + 2]
            ny, nz, reach = side, lean / 2, 1 - lean / 2
        else:
            nz = side
        towards = nx * ray[0] + ny * ray[1] + nz * ray[2]
        gap = reach - (nx * start[0] + ny * start[1] + nz * start[2])
        if towards < 0:
            if gap / towards > enter:
                enter = gap / towards
                normal[0], normal[1], normal[2] = nx, ny, nz
        elif towards > 0:
            leave = min(leave, gap / towards)
        elif gap < 0:
            return np.inf
    return enter if enter < leave else np.inf


@inlined
def _enter(
    solids: Solids, solid: int, start: Float64Array, ray: Float64Array, normal: Float64Array
) -> float:
    """The parameter at which the ray (unit frame) enters, or infinity; `normal` is set."""
    kind = solids.kinds[solid]
    if kind == BALL:
        return _enter_ball(start, ray, normal)
    if kind == CYLINDER:
        return _enter_cylinder(start, ray, normal)
    return _enter_block(solids.shapes, solid, start, ray, normal)


@inlined
def _into_unit_frame(
    solids: Solids,
    solid: int,
    poses: Float64Array,
    step: int,
    origin: Float64Array,
    direction: Float64Array,
    start: Float64Array,
    ray: Float64Array,
) -> None:
    """Origin and direction in the world, as the solid's unit frame has them at an instant."""
    shapes, body = solids.shapes, solids.bodies[solid]
    ox, oy, oz = origin[0], origin[1], origin[2]
    dx, dy, dz = direction[0], direction[1], direction[2]
    if body > 0:
        ax = ox - poses[step, body, 3]
        ay = oy - poses[step, body, 7]
        az = oz - poses[step, body, 11]
        ex, ey, ez = dx, dy, dz
        a, b, c = poses[step, body, 0], poses[step, body, 4], poses[step, body, 8]
        ox, dx = a * ax + b * ay + c * az, a * ex + b * ey + c * ez
        a, b, c = poses[step, body, 1], poses[step, body, 5], poses[step, body, 9]
        oy, dy = a * ax + b * ay + c * az, a * ex + b * ey + c * ez
        a, b, c = poses[step, body, 2], poses[step, body, 6], poses[step, body, 10]
        oz, dz = a * ax + b * ay + c * az, a * ex + b * ey + c * ez
    ox -= shapes[solid, CENTRE]
    oy -= shapes[solid, CENTRE + 1]
    oz -= shapes[solid, CENTRE + 2]
    for row in range(3):
        a, b, c = shapes[solid, 3 * row], shapes[solid, 3 * row + 1], shapes[solid, 3 * row + 2]
        start[row] = a * ox + b * oy + c * oz
        ray[row] = a * dx + b * dy + c * dz


@inlined
def _sheet(
    origin: Float64Array,
    direction: Float64Array,
    ground: Ground,
    raised_m: float,
    far_m: float,
) -> float:
    """Where a ray from above meets the profile, a polyline over x, raised by `raised_m`."""
    profile, x0_m, step_m = ground.profile_m, ground.x0_m, ground.step_m
    last = len(profile) - 1
    t, far = 0.0, far_m
    dx, dz = direction[0], direction[2]
    # Above the highest hill there is nothing to meet.
    below_m = ground.highest_m + raised_m - origin[2]
    if dz > 0:
        far = min(far, below_m / dz)
    elif dz < 0:
        t = max(0.0, below_m / dz)
    segment = math.floor((origin[0] + t * dx - x0_m) / step_m)
    while t < far:
        low = min(max(segment, 0), last)
        high = min(max(segment + 1, 0), last)
        slope = (profile[high] - profile[low]) / step_m
        leave = far
        if dx > 1e-12:
            leave = min(far, (x0_m + (segment + 1) * step_m - origin[0]) / dx)
        elif dx < -1e-12:
            leave = min(far, (x0_m + segment * step_m - origin[0]) / dx)
        if (segment < 0 and dx < 0) or (segment >= last and dx > 0):
            leave = far
        base = profile[low] + raised_m + slope * (origin[0] - x0_m - segment * step_m)
        sinking = slope * dx - dz
        if sinking > 0:
            meets = (origin[2] - base) / sinking
            if meets <= leave:
                return max(meets, 0.0)
        t = leave
        segment += 1 if dx > 0 else -1
    return np.inf


@inlined
def _aside(x_m: float, y_m: float, curvature_per_m: float) -> float:
    """How far left of the road's centre line."""
    if curvature_per_m == 0:
        return y_m
    away = math.hypot(x_m, y_m - 1 / curvature_per_m)
    return 1 / curvature_per_m - math.copysign(away, curvature_per_m)


@inlined
def _ground(
    origin: Float64Array,
    direction: Float64Array,
    ground: Ground,
    far_m: float,
) -> tuple[float, int]:
    """Range and ROAD, KERB or PAVEMENT; far_m and NOTHING.

    The ray meets the pavement's level first. Where that is over the road it goes on to the road's;
    where it has left the road by then, the kerb's face has stopped it in between.
    """
    curvature, half_width_m = ground.curvature_per_m, ground.half_width_m
    on = _sheet(origin, direction, ground, ground.kerb_m, far_m)
    if on >= far_m:
        return far_m, NOTHING
    x, y = origin[0] + on * direction[0], origin[1] + on * direction[1]
    if abs(_aside(x, y, curvature)) >= half_width_m:
        return on, PAVEMENT
    off = _sheet(origin, direction, ground, 0.0, far_m)
    if off >= far_m:
        return far_m, NOTHING
    x, y = origin[0] + off * direction[0], origin[1] + off * direction[1]
    if abs(_aside(x, y, curvature)) <= half_width_m:
        return off, ROAD
    for _ in range(_BISECTIONS):
        middle = (on + off) / 2
        x, y = origin[0] + middle * direction[0], origin[1] + middle * direction[1]
        if abs(_aside(x, y, curvature)) <= half_width_m:
            on = middle
        else:
            off = middle
    return on, KERB


@compiled
def _normalise(vectors: Float64Array, k: int) -> None:
    x, y, z = vectors[k, 0], vectors[k, 1], vectors[k, 2]
    length = math.sqrt(x * x + y * y + z * z)
    for axis in range(3):
        vectors[k, axis] /= length


@compiled
def _ground_normal(hits: Hits, k: int, ground: Ground) -> None:
    profile, out = ground.profile_m, hits.normals
    x_m, y_m = hits.positions_m[k, 0], hits.positions_m[k, 1]
    if hits.met[k] == KERB:
        curvature = ground.curvature_per_m
        inwards = -1.0 if _aside(x_m, y_m, curvature) > 0 else 1.0
        out[k, 0], out[k, 1] = -curvature * x_m * inwards, (1 - curvature * y_m) * inwards
        out[k, 2] = 0.0
    else:
        last = len(profile) - 1
        segment = math.floor((x_m - ground.x0_m) / ground.step_m)
        low, high = min(max(segment, 0), last), min(max(segment + 1, 0), last)
        out[k, 0], out[k, 1] = -(profile[high] - profile[low]) / ground.step_m, 0.0
        out[k, 2] = 1.0
    _normalise(out, k)


@compiled
def _solid_normal(hits: Hits, k: int, solids: Solids, poses: Float64Array, step: int) -> None:
    """Of the unit frame to the world's, in place: by the transpose of unit_from_body."""
    shapes, solid, out = solids.shapes, hits.met[k], hits.normals
    body = solids.bodies[solid]
    nx, ny, nz = out[k, 0], out[k, 1], out[k, 2]
    bx = shapes[solid, 0] * nx + shapes[solid, 3] * ny + shapes[solid, 6] * nz
    by = shapes[solid, 1] * nx + shapes[solid, 4] * ny + shapes[solid, 7] * nz
    bz = shapes[solid, 2] * nx + shapes[solid, 5] * ny + shapes[solid, 8] * nz
    for row in range(3):
        out[k, row] = (
            poses[step, body, 4 * row] * bx
            + poses[step, body, 4 * row + 1] * by
            + poses[step, body, 4 * row + 2] * bz
        )
    _normalise(out, k)


@compiled
def _candidates(  # noqa: PLR0913, PLR0917 - compiled code fills arrays that it is lent
    cone: Float64Array,
    axis: Float64Array,
    solids: Solids,
    poses: Float64Array,
    step: int,
    far_m: float,
    near_m: Float64Array,
    found: Int64Array,
    centres: Float64Array,
) -> int:
    """How many solids touch a cone: `found` by their least distance `near_m`, nearest first.

    `cone` (4,): its tip and the cosine of its half angle. `centres` of all, by solid, are set.
    """
    count = 0
    cosine = cone[3]
    sine = math.sqrt(max(0.0, 1 - cosine * cosine))
    shapes = solids.shapes
    for solid in range(len(shapes)):
        body = solids.bodies[solid]
        ax, ay, az = shapes[solid, CENTRE], shapes[solid, CENTRE + 1], shapes[solid, CENTRE + 2]
        if body > 0:
            cx, cy, cz = ax, ay, az
            a, b, c = poses[step, body, 0], poses[step, body, 1], poses[step, body, 2]
            ax = a * cx + b * cy + c * cz + poses[step, body, 3]
            a, b, c = poses[step, body, 4], poses[step, body, 5], poses[step, body, 6]
            ay = a * cx + b * cy + c * cz + poses[step, body, 7]
            a, b, c = poses[step, body, 8], poses[step, body, 9], poses[step, body, 10]
            az = a * cx + b * cy + c * cz + poses[step, body, 11]
        ax -= cone[0]
        ay -= cone[1]
        az -= cone[2]
        radius = shapes[solid, RADIUS] + HAIR_M
        square = ax * ax + ay * ay + az * az
        if square > radius * radius:
            along = ax * axis[0] + ay * axis[1] + az * axis[2]
            aside = math.sqrt(max(0.0, square - along * along))
            # Beyond a right angle a cone holds what its slopes do not say: keep it all.
            if cosine > 0 and (along < -radius or aside * cosine - along * sine > radius):
                continue
        centres[solid, 0], centres[solid, 1], centres[solid, 2] = ax, ay, az
        nearest = math.sqrt(square) - radius
        if nearest > far_m:
            continue
        place = count
        while place > 0 and near_m[place - 1] > nearest:
            near_m[place], found[place] = near_m[place - 1], found[place - 1]
            place -= 1
        near_m[place], found[place] = nearest, solid
        count += 1
    return count


@inlined
def _is_ahead(
    centres: Float64Array, solid: int, start: Float64Array, ray: Float64Array, radius_m: float
) -> bool:
    """Whether a ray touches the ball around a solid."""
    x, y, z = (
        centres[solid, 0] - start[0],
        centres[solid, 1] - start[1],
        centres[solid, 2] - start[2],
    )
    along = x * ray[0] + y * ray[1] + z * ray[2]
    return along > -radius_m and x * x + y * y + z * z - along * along < radius_m * radius_m


@inlined
def _place(
    sensor: Float64Array,
    step: int,
    directions: Float64Array,
    k: int,
    start: Float64Array,
    ray: Float64Array,
) -> None:
    """Origin and direction in the world of a ray that leaves a sensor's origin."""
    x, y, z = directions[k, 0], directions[k, 1], directions[k, 2]
    for row in range(3):
        start[row] = sensor[step, 4 * row + 3]
        ray[row] = (
            sensor[step, 4 * row] * x
            + sensor[step, 4 * row + 1] * y
            + sensor[step, 4 * row + 2] * z
        )


@compiled
def cast(  # noqa: C901 - one loop over bundles, rays, candidates
    rays: Rays,
    sensor: Float64Array,
    solids: Solids,
    poses: Float64Array,
    ground: Ground,
    far_m: float,
) -> Hits:
    """Where rays end, at most `far_m` away.

    `sensor` (instants, 12): world_from_sensor, the rows of a 3 by 4 matrix; `poses` (instants,
    bodies, 12): world_from_body likewise.
    """
    directions, steps, count = rays.directions, rays.steps, len(rays.directions)
    hits = Hits(
        np.full(count, np.inf), np.full(count, NOTHING), np.zeros((count, 3)), np.zeros((count, 3))
    )
    many = len(solids.shapes)
    near_m, found, centres = np.empty(many), np.empty(many, np.int64), np.empty((many, 3))
    cone, direction, start, ray = np.empty(4), np.empty(3), np.empty(3), np.empty(3)
    normal, tip = np.empty(3), np.zeros(3)
    for bundle in range(len(rays.bundles) - 1):
        first = rays.bundles[bundle]
        _place(sensor, as_int64(steps[first]), rays.cones, bundle, cone, direction)
        cone[3] = rays.cones[bundle, 3]
        count = _candidates(
            cone, direction, solids, poses, as_int64(steps[first]), far_m, near_m, found, centres
        )
        for k in range(first, rays.bundles[bundle + 1]):
            step = as_int64(steps[k])
            _place(sensor, step, directions, k, cone, direction)
            best, hit = _ground(cone, direction, ground, far_m)
            for place in range(count):
                if near_m[place] > best:
                    break
                solid = found[place]
                reach_m = solids.shapes[solid, RADIUS] + HAIR_M
                if not _is_ahead(centres, solid, tip, direction, reach_m):
                    continue
                _into_unit_frame(solids, solid, poses, step, cone, direction, start, ray)
                t = _enter(solids, solid, start, ray, normal)
                if NEAREST_M < t < best:
                    best, hit = t, solid
                    for axis in range(3):
                        hits.normals[k, axis] = normal[axis]
            if hit == NOTHING:
                continue
            hits.range_m[k], hits.met[k] = best, hit
            for axis in range(3):
                hits.positions_m[k, axis] = cone[axis] + best * direction[axis]
            if hit >= 0:
                _solid_normal(hits, k, solids, poses, step)
            else:
                _ground_normal(hits, k, ground)
    return hits


@compiled
def _ball_around(hits: Hits, first: int, end: int, ball: Float64Array) -> bool:
    """Centre and radius (4,) of a ball around what rays met; whether they met anything."""
    low_x, low_y, low_z = np.inf, np.inf, np.inf
    high_x, high_y, high_z = -np.inf, -np.inf, -np.inf
    points = hits.positions_m
    for k in range(first, end):
        if hits.met[k] != NOTHING:
            low_x, high_x = min(low_x, points[k, 0]), max(high_x, points[k, 0])
            low_y, high_y = min(low_y, points[k, 1]), max(high_y, points[k, 1])
            low_z, high_z = min(low_z, points[k, 2]), max(high_z, points[k, 2])
    if low_x > high_x:
        return False
    ball[0], ball[1], ball[2] = (low_x + high_x) / 2, (low_y + high_y) / 2, (low_z + high_z) / 2
    ball[3] = math.hypot(math.hypot(high_x - low_x, high_y - low_y), high_z - low_z) / 2
    return True


@compiled
def _centres(solids: Solids, poses: Float64Array) -> Float64Array:
    """(m, 3) in the world, at the first instant."""
    shapes = solids.shapes
    made = np.empty((len(shapes), 3))
    for solid in range(len(made)):
        body = solids.bodies[solid]
        for row in range(3):
            made[solid, row] = (
                poses[0, body, 4 * row] * shapes[solid, CENTRE]
                + poses[0, body, 4 * row + 1] * shapes[solid, CENTRE + 1]
                + poses[0, body, 4 * row + 2] * shapes[solid, CENTRE + 2]
                + poses[0, body, 4 * row + 3]
            )
    return made


@compiled
def sunlight(  # noqa: C901 - one loop over bundles, rays, candidates
    hits: Hits, bundles: Int64Array, sun: Float64Array, solids: Solids, poses: Float64Array
) -> Float64Array:
    """(n,) the cosine at which the sun (3,) falls on what rays met; 0 in the shade.

    All at the first instant of `poses` (1, bodies, 12). `bundles` as in `Rays`.
    """
    light = np.zeros(len(hits.met))
    centres, found = _centres(solids, poses), np.empty(len(solids.shapes), np.int64)
    ball, point = np.empty(4), np.empty(3)
    start, ray, normal = np.empty(3), np.empty(3), np.empty(3)
    for bundle in range(len(bundles) - 1):
        first, end = bundles[bundle], bundles[bundle + 1]
        if not _ball_around(hits, first, end, ball):
            continue
        count = 0
        for solid in range(len(centres)):
            if _is_ahead(centres, solid, ball, sun, solids.shapes[solid, RADIUS] + ball[3]):
                found[count] = solid
                count += 1
        for k in range(first, end):
            cosine = 0.0
            for axis in range(3):
                cosine += hits.normals[k, axis] * sun[axis]
                point[axis] = hits.positions_m[k, axis] + OFF_THE_SURFACE_M * hits.normals[k, axis]
            if cosine <= 0:
                continue
            light[k] = cosine
            for place in range(count):
                solid = found[place]
                if not _is_ahead(centres, solid, point, sun, solids.shapes[solid, RADIUS]):
                    continue
                _into_unit_frame(solids, solid, poses, 0, point, sun, start, ray)
                if 0 < _enter(solids, solid, start, ray, normal) < np.inf:
                    light[k] = 0.0
                    break
    return light
