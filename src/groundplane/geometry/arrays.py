"""Array types, and the one way in which a value object takes an array for its own."""

import numpy as np
import numpy.typing as npt

Float64Array = npt.NDArray[np.float64]
Float32Array = npt.NDArray[np.float32]
Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def owned(values: npt.ArrayLike, shape: tuple[int, ...]) -> Float64Array:
    """A read-only float64 copy.

    Raises:
        ValueError: the values do not have this shape.
    """
    array = np.array(values, dtype=np.float64)
    if array.shape != shape:
        raise ValueError(f"expected an array of shape {shape}, not {array.shape}")
    array.flags.writeable = False
    return array
