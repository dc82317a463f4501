"""Floats of JSON, digit by digit as C++ Nix writes them.

Its JSON library prints with Grisu2 (Florian Loitsch, "Printing Floating-Point Numbers Quickly and Accurately with
Integers", 2010). What that yields always reads back as the same number, but one time in a thousand it is not the
shortest such text, nor the closest, so `repr` will not do: a digit in a JSON text changes the hash of a derivation.

A number is a pair (f, e) for f * 2**e, with f of 64 bits once normalised.
"""

from __future__ import annotations

import struct
from functools import cache
from math import isfinite

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final


_MANTISSA_BITS: Final = 52
_EXPONENT_BIAS: Final = 1023 + _MANTISSA_BITS
_HIDDEN_BIT: Final = 1 << _MANTISSA_BITS

# The scaled number gets an exponent from -60 to -32, so that its integral part fits 32 bits; powers of ten 8 apart
# are enough for that.
_MIN_SCALED_EXPONENT: Final = -60
_MIN_POWER: Final = -300
_POWER_STEP: Final = 8


def json_float(number: float) -> str:
    """A float of JSON, `null` where it is not finite; always with a point or an exponent."""
    if -1e12 < number < 1e12 and (number * 8).is_integer():
        # Exact in at most 15 digits, and no two texts that short are the same number: nothing to choose from.
        return repr(number)
    if not isfinite(number):
        return "null"
    sign = "-" if str(number)[0] == "-" else ""
    digits, exponent = _grisu2(abs(number))
    point = len(digits) + exponent
    if exponent >= 0 and point <= 15:
        return f"{sign}{digits}{'0' * exponent}.0"
    if 0 < point <= 15:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -4 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    mantissa = digits if len(digits) == 1 else f"{digits[0]}.{digits[1:]}"
    return f"{sign}{mantissa}e{point - 1:+03d}"


def _grisu2(number: float) -> tuple[str, int]:
    """Digits d and an exponent e with number = d * 10**e, roughly enough to read back as `number`."""
    (bits,) = struct.unpack("<Q", struct.pack("<d", number))
    biased, fraction = bits >> _MANTISSA_BITS, bits & (_HIDDEN_BIT - 1)
    mantissa = fraction | _HIDDEN_BIT if biased else fraction
    exponent = max(biased, 1) - _EXPONENT_BIAS
    # The neighbours' midpoints, in quarters of the last place; below a power of two the distance halves.
    low = 4 * mantissa - (1 if fraction == 0 and biased > 1 else 2)
    high = 4 * mantissa + 2
    shift = 64 - high.bit_length()
    scaled_exponent = exponent - 2 - shift

    power = _decimal_power(scaled_exponent)
    factor, factor_exponent = _power_of_ten(power)
    low, middle, high = (_scale(part << shift, factor) for part in (low, 4 * mantissa, high))
    # Within these bounds, any number reads back right, whatever rounding did to them.
    low, high = low + 1, high - 1
    digits, decimal_exponent = _generate(high, high - low, high - middle, -(scaled_exponent + factor_exponent + 64))
    return digits, decimal_exponent - power


def _scale(f: int, factor: int) -> int:
    """The upper 64 bits of a product, rounded."""
    return (f * factor + (1 << 63)) >> 64


def _decimal_power(binary_exponent: int) -> int:
    """The exponent of the power of ten that brings a number with that binary exponent into range."""
    distance = _MIN_SCALED_EXPONENT - binary_exponent - 1
    # log10(2) as a fraction, rounded up (towards zero for negative distances, and then up).
    least = distance * 78913 // (1 << 18) + 1 if distance > 0 else -(-distance * 78913 // (1 << 18))
    index = (least - _MIN_POWER + _POWER_STEP - 1) // _POWER_STEP
    return _MIN_POWER + index * _POWER_STEP


@cache
def _power_of_ten(power: int) -> tuple[int, int]:
    """10**power as (f, e), rounded to the nearest f of 64 bits."""
    if power >= 0:
        exact = 10**power
        e = exact.bit_length() - 64
        f = exact << -e if e <= 0 else (exact + (1 << (e - 1))) >> e
    else:
        divisor = 10**-power
        e = -(63 + divisor.bit_length())
        f = ((1 << (-e + 1)) // divisor + 1) >> 1
    if f.bit_length() > 64:
        f, e = f >> 1, e + 1
    return f, e


def _generate(high: int, width: int, distance: int, point: int) -> tuple[str, int]:
    """The digits of `high * 2**-point`, as few as stay within `width` below it and as close to `distance` below it as
    the last of them allows, and their decimal exponent."""
    integral, fraction = high >> point, high & ((1 << point) - 1)
    digits = ""
    whole = str(integral)
    for index, digit in enumerate(whole):
        digits += digit
        left = len(whole) - index - 1
        unit = 10**left
        rest = ((integral % unit) << point) + fraction
        if rest <= width:
            return _round(digits, distance, width, rest, unit << point), left
    exponent = 0
    while True:
        fraction *= 10
        digits += str(fraction >> point)
        fraction &= (1 << point) - 1
        exponent -= 1
        width *= 10
        distance *= 10
        if fraction <= width:
            return _round(digits, distance, width, fraction, 1 << point), exponent


def _round(digits: str, distance: int, width: int, rest: int, unit: int) -> str:
    """Lower the last digit while that brings the number closer to the one wanted."""
    last = int(digits[-1])
    while (
        rest < distance
        and width - rest >= unit
        and (rest + unit < distance or distance - rest > rest + unit - distance)
    ):
        last -= 1
        rest += unit
    return digits[:-1] + str(last)
