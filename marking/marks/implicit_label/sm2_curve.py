"""The curve of SM2: its parameters (GB/T 32918.5-2017) and the arithmetic of its points."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import lru_cache

PRIME = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = PRIME - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
"""Number of points; it is prime, so that every point but the infinite one has this order."""

BLINDING_BITS = 64
"""Random bits by which a secret factor is lengthened, so that its steps tell nothing of it."""

LENGTHENED_BITS = 256 + BLINDING_BITS + 1
"""Most bits of a factor that was."""

_DIGIT_BITS = 4
_LARGEST_DIGIT = (1 << _DIGIT_BITS) - 1

_Jacobian = tuple[int, int, int]
"""X, Y, Z with x = X / Z² and y = Y / Z³; Z = 0 is the infinite point."""
_INFINITE: _Jacobian = (1, 1, 0)


@dataclass(frozen=True)
class Point:
    """A point of the curve by its coordinates, 0 to PRIME - 1. Raises ``ValueError`` for one that is not on it."""

    x: int
    y: int

    def __post_init__(self) -> None:
        in_range = 0 <= self.x < PRIME and 0 <= self.y < PRIME
        if not in_range or (self.y * self.y - _cubic(self.x)) % PRIME:
            raise ValueError("expected a point of the SM2 curve, found coordinates that are not on it")


def _cubic(x: int) -> int:
    return (x * x * x + A * x + B) % PRIME


GENERATOR = Point(
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)


def lifted(x: int, *, odd: bool) -> Point:
    """Return the point with the coordinate ``x`` whose y is odd or even. Raises ``ValueError`` if there is none."""
    y = pow(_cubic(x % PRIME), (PRIME + 1) // 4, PRIME)  # a root, if there is one: PRIME is 3 modulo 4
    return Point(x, PRIME - y if (y & 1) != odd else y)


def multiplied(secret: int) -> Point:
    """Return the generator taken ``secret`` (1 to ORDER - 1) times.

    Every digit costs one addition of a point from a table, whatever it is, and the factor is lengthened by a random
    multiple of the order. Python's integers are still not constant in time.
    """
    lengthened = secret + (secrets.randbits(BLINDING_BITS) | 1 << BLINDING_BITS) * ORDER
    addends, total = _multiples()
    for position, multiples in enumerate(addends):
        total = _sum(total, multiples[lengthened >> _DIGIT_BITS * position & _LARGEST_DIGIT])
    return _flattened(total)


@lru_cache(maxsize=1)
def _multiples() -> tuple[list[list[_Jacobian]], _Jacobian]:
    """For each digit of a factor, lowest first, the generator taken (digit + 1) * 16^place times; and what these ones make too much, negated.

    With one more than the digit there is no infinite point among them, whose addition would take less time.
    """
    unit, surplus = _lifted(GENERATOR), _INFINITE
    table = []
    for _ in range(-(-LENGTHENED_BITS // _DIGIT_BITS)):
        multiples = [unit]
        for _ in range(_LARGEST_DIGIT):
            multiples.append(_sum(multiples[-1], unit))
        table.append(multiples)
        surplus, unit = _sum(surplus, unit), multiples[-1]
    return table, (surplus[0], -surplus[1] % PRIME, surplus[2])


def combined(factor: int, point_factor: int, point: Point) -> Point | None:
    """Return ``factor`` times the generator plus ``point_factor`` times ``point``; ``None`` for the infinite point.

    For public values only: how long it takes depends on them.
    """
    generator, other = _lifted(GENERATOR), _lifted(point)
    both, total = _sum(generator, other), _INFINITE
    addends = {(1, 0): generator, (0, 1): other, (1, 1): both}
    for position in reversed(range(max(factor.bit_length(), point_factor.bit_length()))):
        total = _double(total)
        addend = addends.get((factor >> position & 1, point_factor >> position & 1))
        total = total if addend is None else _sum(total, addend)
    return _flattened(total) if total[2] else None


def _lifted(point: Point) -> _Jacobian:
    return point.x, point.y, 1


def _flattened(point: _Jacobian) -> Point:
    inverse = pow(point[2], -1, PRIME)
    squared = inverse * inverse % PRIME
    return Point(point[0] * squared % PRIME, point[1] * squared * inverse % PRIME)


def _double(point: _Jacobian) -> _Jacobian:
    """Double a point of a curve with a = -3 (IEEE 1363-2000, A.10.4)."""
    x, y, z = point
    slope = 3 * (x - z * z) * (x + z * z) % PRIME
    squared = y * y % PRIME
    quadrupled = 4 * x * squared % PRIME
    doubled_x = (slope * slope - 2 * quadrupled) % PRIME
    doubled_y = (slope * (quadrupled - doubled_x) - 8 * squared * squared) % PRIME
    return doubled_x, doubled_y, 2 * y * z % PRIME


def _sum(one: _Jacobian, other: _Jacobian) -> _Jacobian:
    """Add two points (IEEE 1363-2000, A.10.5)."""
    if not one[2] or not other[2]:
        return other if not one[2] else one
    one_z, other_z = one[2] * one[2] % PRIME, other[2] * other[2] % PRIME
    one_x, other_x = one[0] * other_z % PRIME, other[0] * one_z % PRIME
    one_y, other_y = one[1] * other_z * other[2] % PRIME, other[1] * one_z * one[2] % PRIME
    run, rise = (other_x - one_x) % PRIME, (other_y - one_y) % PRIME
    if not run:
        return _INFINITE if rise else _double(one)
    squared = run * run % PRIME
    cubed, shifted = squared * run % PRIME, one_x * squared % PRIME
    x = (rise * rise - cubed - 2 * shifted) % PRIME
    return x, (rise * (shifted - x) - one_y * cubed) % PRIME, run * one[2] * other[2] % PRIME
