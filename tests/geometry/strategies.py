"""What the laws of geometry are tried on; numbers of road scenes, never equal by design."""

import math

import numpy as np
from hypothesis import strategies as st

from groundplane.geometry import rotations
from groundplane.geometry.arrays import Float64Array
from groundplane.geometry.cuboids import Cuboid
from groundplane.geometry.transforms import Transform


def numbers(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False, allow_subnormal=False)


def vectors(reach: float) -> st.SearchStrategy[Float64Array]:
    return st.tuples(*[numbers(-reach, reach)] * 3).map(np.array)


def quaternions() -> st.SearchStrategy[Float64Array]:
    """Unit, both signs, any angle."""
    return (
        st.tuples(*[numbers(-1, 1)] * 4)
        .filter(lambda q: math.hypot(*q) > 0.1)
        .map(rotations.normalise)
    )


def transforms() -> st.SearchStrategy[Transform]:
    return st.builds(Transform, quaternions(), vectors(1000))


def points(reach: float = 100, most: int = 8) -> st.SearchStrategy[Float64Array]:
    return st.lists(vectors(reach), min_size=1, max_size=most).map(np.stack)


def sizes() -> st.SearchStrategy[Float64Array]:
    return st.tuples(numbers(0.3, 15), numbers(0.3, 4), numbers(0.3, 5)).map(np.array)


def cuboids() -> st.SearchStrategy[Cuboid]:
    return st.builds(Cuboid, vectors(50), sizes(), quaternions())


def standing_cuboids() -> st.SearchStrategy[Cuboid]:
    yaws = numbers(-math.pi, math.pi).map(rotations.from_yaw)
    return st.builds(Cuboid, vectors(4), sizes(), yaws)
