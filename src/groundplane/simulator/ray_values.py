"""What goes into casting rays and what comes out, as compiled code takes it.

A solid is given by the affine map from its body's frame to a frame in which it is a unit shape (the
cube [-1, 1]³, the ball, the cylinder of radius 1 about z from -1 to 1). Such a map keeps the
parameter of a ray, so ranges need no undoing. Rays come in bundles of neighbours; a bundle's cone
finds the few solids that its rays can meet.
"""

from typing import NamedTuple

from groundplane.geometry.arrays import Float64Array, Int64Array

BLOCK, BALL, CYLINDER = 0, 1, 2
NOTHING, ROAD, KERB, PAVEMENT = -1, -2, -3, -4
NEAREST_M = 0.3
# Columns of a row of `solids`: the matrix unit_from_body row by row, the centre in the body's
# frame, how far the faces of a block lean inwards at its top (front, back, sides), a radius.
CENTRE, LEAN, RADIUS, COLUMNS = 9, 12, 15, 16
OFF_THE_SURFACE_M = 0.01
HAIR_M = 0.05  # more than things and sensors move while a bundle's rays leave


class Rays(NamedTuple):
    """Unit `directions` (n, 3) in the sensor's frame, `steps` (n,): the instant of each.

    Ray k is in bundle i when bundles[i] <= k < bundles[i + 1]. `cones` (b, 4): axis in the sensor's
    frame and cosine of the half angle.
    """

    directions: Float64Array
    steps: Int64Array
    bundles: Int64Array
    cones: Float64Array


class Solids(NamedTuple):
    """`shapes` (m, COLUMNS); `kinds` (m,): BLOCK, BALL, CYLINDER; `bodies` (m,): part of which."""

    shapes: Float64Array
    kinds: Int64Array
    bodies: Int64Array


class Hits(NamedTuple):
    """Where rays ended, (n,), or (n, 3) in the world.

    `range_m` is infinite where nothing is met; `met` is the row of `Solids`, or NOTHING, ROAD,
    KERB, PAVEMENT; positions and normals are 0 where nothing is met.
    """

    range_m: Float64Array
    met: Int64Array
    positions_m: Float64Array
    normals: Float64Array

    def rows(self, which: Int64Array) -> "Hits":
        return Hits(
            self.range_m[which], self.met[which], self.positions_m[which], self.normals[which]
        )


class Ground(NamedTuple):
    """`profile_m`: heights of the road at x = x0, x0 + step, …, level beyond."""

    profile_m: Float64Array
    x0_m: float
    step_m: float
    curvature_per_m: float
    half_width_m: float
    kerb_m: float
    highest_m: float
