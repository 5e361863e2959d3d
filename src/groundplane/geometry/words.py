"""Eight bytes at a time in compiled code: what numba has no word for, as single instructions.

A word is read as little-endian, so this is for machines of that order (x86 and ARM are).
"""

from collections.abc import Callable
from typing import Any, Final, cast

import numba
import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba.extending import intrinsic

Bytes = npt.NDArray[np.uint8]

WORD_BYTES: Final = 8

_WORD, _FLAG, _DOUBLE = ir.IntType(64), ir.IntType(1), ir.DoubleType()
_TWO_WORDS = ir.IntType(128)
# llvmlite and numba have no types of their own: signatures below are what compiled callers see.
_Typed = Any


def _word_at(_: _Typed, content: _Typed, at: _Typed) -> _Typed:  # noqa: ARG001 - numba asks for the parameters
    def generate(context: _Typed, builder: _Typed, signature: _Typed, values: _Typed) -> _Typed:
        array = context.make_array(signature.args[0])(context, builder, values[0])
        place = builder.gep(array.data, [values[1]])
        return builder.load(builder.bitcast(place, _WORD.as_pointer()), align=1)

    return numba.uint64(content, numba.intp), generate


def _trailing_zeros(_: _Typed, word: _Typed) -> _Typed:  # noqa: ARG001 - numba asks for the parameters
    def generate(_: _Typed, builder: _Typed, __: _Typed, values: _Typed) -> _Typed:
        return builder.cttz(values[0], ir.Constant(_FLAG, 0))

    return numba.int64(numba.uint64), generate


def _leading_zeros(_: _Typed, word: _Typed) -> _Typed:  # noqa: ARG001 - numba asks for the parameters
    def generate(_: _Typed, builder: _Typed, __: _Typed, values: _Typed) -> _Typed:
        return builder.ctlz(values[0], ir.Constant(_FLAG, 0))

    return numba.int64(numba.uint64), generate


def _high_product(_: _Typed, a: _Typed, b: _Typed) -> _Typed:  # noqa: ARG001 - numba asks for the parameters
    def generate(_: _Typed, builder: _Typed, __: _Typed, values: _Typed) -> _Typed:
        wide = [builder.zext(value, _TWO_WORDS) for value in values]
        high = builder.lshr(builder.mul(*wide), ir.Constant(_TWO_WORDS, 64))
        return builder.trunc(high, _WORD)

    return numba.uint64(numba.uint64, numba.uint64), generate


def _double_of_bits(_: _Typed, word: _Typed) -> _Typed:  # noqa: ARG001 - numba asks for the parameters
    def generate(_: _Typed, builder: _Typed, __: _Typed, values: _Typed) -> _Typed:
        return builder.bitcast(values[0], _DOUBLE)

    return numba.float64(numba.uint64), generate


# The eight bytes that start at `at`, wherever that is; the caller sees to it that they are there.
word_at = cast("Callable[[Bytes, int], np.uint64]", intrinsic(_word_at))
# The zero bits below the lowest 1; 64 of 0.
trailing_zeros = cast("Callable[[np.uint64], int]", intrinsic(_trailing_zeros))
# The zero bits above the highest 1; 64 of 0.
leading_zeros = cast("Callable[[np.uint64], int]", intrinsic(_leading_zeros))
# The upper half of the product of two words.
high_product = cast("Callable[[np.uint64, np.uint64], np.uint64]", intrinsic(_high_product))
# The double that has these bits.
double_of_bits = cast("Callable[[np.uint64], float]", intrinsic(_double_of_bits))
