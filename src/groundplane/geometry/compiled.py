"""numba, set up so that it also works where it may not write beside its source.

An installed wheel can belong to root, and the server's user may have no home: numba then refuses to
cache while the module is still being imported. Machine code is kept where numba can (beside the
source, `NUMBA_CACHE_DIR`, or the user's cache folder) and compiled again in each process where it
cannot; the answers are the same.
"""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numba
import numpy as np

P = ParamSpec("P")
T = TypeVar("T")

# numpy's int64 in the eyes of numba, Python's int in the eyes of the type checker.
as_int64 = cast("Callable[[object], int]", np.int64)


def compiled(function: Callable[P, T]) -> Callable[P, T]:
    """Compile on first call, without the GIL, cached on disk when there is a place for it.

    Division by zero gives what IEEE 754 says: the check for Python's exception costs a branch.
    """
    return _compiled(function)


def inlined(function: Callable[P, T]) -> Callable[P, T]:
    """`compiled`, as part of every compiled caller: passing an array costs seven arguments."""
    return _compiled(function, forceinline=True)


def uncounted(function: Callable[P, T]) -> Callable[P, T]:
    """`compiled` for what makes no array, and hands those it was given only to others like it.

    References to arrays are counted otherwise, atomically, at most calls: in a scanner that costs
    as much as the scanning.
    """
    return _compiled(function, _nrt=False)


def uncounted_inlined(function: Callable[P, T]) -> Callable[P, T]:
    """`uncounted` and `inlined`."""
    return _compiled(function, _nrt=False, forceinline=True)


def _compiled(function: Callable[P, T], **flags: bool) -> Callable[P, T]:
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy", **flags}
    try:
        jitted = numba.njit(cache=True, **options)(function)
    except RuntimeError:  # "cannot cache function: no locator available for file"
        jitted = numba.njit(**options)(function)
    return cast("Callable[P, T]", jitted)
