"""Where a lens polynomial stops growing."""

import math
from collections.abc import Sequence
from itertools import pairwise


def evaluate(coefficients: Sequence[float], x: float) -> float:
    """Coefficients in rising order of power (Horner)."""
    total = 0.0
    for coefficient in reversed(coefficients):
        total = total * x + coefficient
    return total


def first_sign_change(coefficients: Sequence[float], upper: float) -> float:
    """The least x in (0, upper) at which the polynomial changes its sign; infinity: none.

    Between two neighbouring turning points a polynomial crosses zero at most once, and turning
    points are sign changes of the derivative: bisection all the way down finds every crossing.
    """
    return next(iter(_sign_changes(coefficients, upper)), math.inf)


def _sign_changes(coefficients: Sequence[float], upper: float) -> list[float]:
    if len(coefficients) < 2:
        return []
    slope = [power * c for power, c in enumerate(coefficients)][1:]
    turns = [0.0, *_sign_changes(slope, upper), upper]
    return [
        _bisect(coefficients, low, high)
        for low, high in pairwise(turns)
        if evaluate(coefficients, low) * evaluate(coefficients, high) < 0
    ]


def _bisect(coefficients: Sequence[float], low: float, high: float) -> float:
    rising = evaluate(coefficients, low) < 0
    while low < (middle := (low + high) / 2) < high:
        if (evaluate(coefficients, middle) < 0) is rising:
            low = middle
        else:
            high = middle
    return low
