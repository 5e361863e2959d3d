"""numba, set up so that it also works where it may not write beside its source."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
T = TypeVar("T")


def compiled(function: Callable[P, T]) -> Callable[P, T]:
    """Compile on first call, without the GIL, cached on disk when there is a place for it.

    An installed wheel can belong to root and the server's user may have no home; numba then refuses
    to cache while the module is still being imported. Such a process compiles for itself.
    """
    try:
        jitted = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # "cannot cache function: no locator available for file"
        jitted = numba.njit(nogil=True)(function)
    return cast("Callable[P, T]", jitted)
