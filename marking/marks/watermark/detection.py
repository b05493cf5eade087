"""Look for a mark: whiten, propose places for the tile, and decode at each until a check holds.

The cheap proposals come first: a picture never resized, or only resized; then what the search over turns, sizes, and
stretches finds; then what following the tile finds in a picture that was bent.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from marking.marks.watermark import code
from marking.marks.watermark.bending import FOLLOWED_SEEDS, bent_in_place, bent_somewhere, windows
from marking.marks.watermark.canvas import CANVAS_SIDE, luma_canvas, marking_side, require_picture
from marking.marks.watermark.code import CHECK_BITS, Decoded
from marking.marks.watermark.demodulation import Lock, fold, likeliest_symbols, lock, unmoved
from marking.marks.watermark.embedding import DEFAULT_KEY
from marking.marks.watermark.geometry import Geometry, Matrix, describe, upright
from marking.marks.watermark.keys import DRAWN, VERSIONS, Secret
from marking.marks.watermark.listening import heard, standing
from marking.marks.watermark.refinement import refined
from marking.marks.watermark.search import stretched, turned
from marking.marks.watermark.spectrum import Phased, Spectrum, spectrum_of
from marking.marks.watermark.whitening import evened, whiten

TURNED_PLACES = 6  # best places of the search over turns and sizes that are tried
STRETCHED_PLACES = 3  # the same of the search over stretches
BENT_PLACES = (
    2 + FOLLOWED_SEEDS
)  # the same of following the tile, from the picture's corner and from elsewhere
MAXIMUM_PLACES = 4 + TURNED_PLACES + STRETCHED_PLACES + BENT_PLACES  # with those of a picture at most resized
# Probability of an answer where there is no mark, for each key and call: every place is read under every drawn key, a
# word passes its check by chance, and its payload then has to be one that is given the very key it was read under.
FALSE_POSITIVES = MAXIMUM_PLACES * DRAWN * 2.0**-CHECK_BITS / DRAWN
READINGS = 2  # drawn keys under which an unlikely place is read: those that stand out most, if any does
SMALLEST_SEARCHED = 32  # picture pixels along the short side; smaller ones hold no mark that could be read
_LONGEST = 3  # short sides; of a longer picture the middle is looked at
# Canvas pixels for each pixel of the tile: at 0.4 of a full canvas the picture is a part of a larger one, at 0.25 of a
# smaller canvas it was shrunk to a thumbnail.
_SMALLEST_SHARE, _SMALLEST_SCALE = 0.4, 0.25
_WEAKEST_LOCK = 4.5  # deviations; below, not even a decode is tried
_LIKELY_LOCK = 5.5  # deviations; noise seldom reaches it (true locks lie above 6)
# Deviations; below, the tile is not laid out. Marks that can just be read stand out by 7.2 with a deviation of 0.5
# (docs/decisions/0010).
_FAINTEST_HEARD = 4.8

Folds = list[tuple[NDArray[np.complex64], Matrix]]  # the tile's transforms for the matrices of one place


@dataclass(frozen=True)
class Detection:
    """A mark that was found.

    payload: 48 bits; confidence: agreement of the received symbols with the payload's own, 0 to 1, about 0.5 where
    reading begins to fail and near 1 for an untouched picture. The check, not the confidence, makes it certain.
    """

    payload: int
    confidence: float
    geometry: Geometry


class _Place(NamedTuple):
    """Where the tile of a secret, named by its number, may lie."""

    secret: int
    lock: Lock
    matrix: Matrix
    straight: bool = False

    @property
    def readings(self) -> int:
        """Under how many drawn keys it is to be read: lines of text can hide the right one where the place is right."""
        return DRAWN if self.straight or self.lock.strength >= _LIKELY_LOCK else READINGS


def detect(pixels: NDArray[np.uint8], *, key: bytes = DEFAULT_KEY) -> Detection | None:
    """The mark under the key in a picture, or None. Pixels are uint8 (H, W), (H, W, 3), or (H, W, 4).

    Raises ValueError for another dtype or shape. A picture too small to carry a mark has none.
    """
    found = detect_any(pixels, [key])
    return found[1] if found else None


def detect_any(pixels: NDArray[np.uint8], keys: Sequence[bytes]) -> tuple[int, Detection] | None:
    """The mark under any of several keys, and the number of that key; the search for its place is shared.

    Raises as detect does.
    """
    require_picture(pixels)
    if not keys or min(pixels.shape[:2]) < SMALLEST_SEARCHED:
        return None
    middle = _middle(pixels)
    side = marking_side(*middle.shape[:2])
    luma = luma_canvas(middle, side)
    secrets = [Secret(key, version) for version in VERSIONS for key in keys]
    for place in _places(luma, side, secrets):
        decoded = _read(place.lock, secrets[place.secret], place.readings)
        if decoded:
            zoom, locked = side / min(middle.shape[:2]), place.lock
            geometry = describe(place.matrix, zoom, locked.shift, locked.half_turn, locked.inverted)
            return place.secret % len(keys), Detection(decoded.payload, decoded.agreement, geometry)
    return None


def _middle(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The middle of a long picture, at most three short sides long."""
    longest = _LONGEST * min(pixels.shape[:2])
    top, left = (max(0, side - longest) // 2 for side in pixels.shape[:2])
    return pixels[top : top + longest, left : left + longest]


def _read(locked: Lock, secret: Secret, readings: int) -> Decoded | None:
    """The payload under the likeliest drawn keys, if it is one that is given this key."""
    likeliest = likeliest_symbols(locked, secret, readings)
    if not likeliest:
        return None
    words = code.decode_each(np.stack([soft for _, soft in likeliest]), secret)
    held = (
        word
        for (key, _), word in zip(likeliest, words, strict=True)
        if word and secret.draw(word.payload) == key
    )
    return next(held, None)


def _places(luma: NDArray[np.float32], side: int, secrets: Sequence[Secret]) -> Iterator[_Place]:
    """Places where the pilots of a secret may lie, the cheap ones first; each worked out only when asked for."""
    whitened = whiten(luma)
    straight = [upright(1.0)] if side == CANVAS_SIDE else [upright(1.0), upright(side / CANVAS_SIDE)]
    folded = [_folded(whitened, [matrix]) for matrix in straight]
    for place in chain(_moved(folded, secrets), _unmoved(folded, secrets)):
        yield place._replace(straight=True)
    spectrum = spectrum_of(whitened)
    yield from _overheard(whitened, spectrum, _proposed(spectrum, side), secrets)
    yield from _bent(evened(whitened), spectrum, straight, secrets)


def _bent(
    whitened: NDArray[np.float32], spectrum: Phased, straight: Sequence[Matrix], secrets: Sequence[Secret]
) -> Iterator[_Place]:
    """Places of a picture that was bent: where it would lie unbent, sheared alike everywhere, and followed from a part."""
    for matrix in straight:
        for number, bent in bent_in_place(whitened, matrix, secrets):
            yield _Place(number, bent.lock, bent.matrix)
    seen = windows(whitened)
    yield from _overheard(whitened, spectrum, [seen.sheared], secrets)
    for number, secret in enumerate(secrets):
        for bent in bent_somewhere(whitened, seen, secret):
            yield _Place(number, bent.lock, bent.matrix)


def _moved(folded: Iterable[Folds], secrets: Sequence[Secret]) -> Iterator[_Place]:
    """The places of a picture that was shifted or turned on its head, for the matrices that it is folded by."""
    for folds in folded:
        yield from _locks(folds, secrets, range(len(secrets)))


def _unmoved(folded: Iterable[Folds], secrets: Sequence[Secret]) -> Iterator[_Place]:
    """The places of a picture that was neither cropped nor turned."""
    for tile, matrix in chain.from_iterable(folded):
        locked = unmoved(tile)
        yield from (_Place(number, locked, matrix) for number in range(len(secrets)))


def _overheard(
    whitened: NDArray[np.float32],
    spectrum: Phased,
    places: Iterable[list[Matrix]],
    secrets: Sequence[Secret],
) -> Iterator[_Place]:
    """The locks at places, each given as several matrices, at which pilots are heard in the spectrum at all."""
    for matrices in places:
        stood = standing(np.stack([heard(spectrum, matrix) for matrix in matrices]), secrets).max(axis=0)
        numbers = [int(number) for number in np.nonzero(stood >= _FAINTEST_HEARD)[0]]
        if numbers:
            yield from _locks(_folded(whitened, matrices), secrets, numbers)


def _proposed(spectrum: Spectrum, side: int) -> Iterator[list[Matrix]]:
    """What the searches over the spectrum find, likeliest first, each fitted and as it was found."""
    smallest = max(_SMALLEST_SCALE, _SMALLEST_SHARE * side / CANVAS_SIDE)
    found = turned(spectrum, TURNED_PLACES, smallest)
    yield from map(list, zip(refined(spectrum, found), found, strict=True))
    found = stretched(spectrum, STRETCHED_PLACES)
    yield from map(list, zip(refined(spectrum, found), found, strict=True))


def _folded(whitened: NDArray[np.float32], matrices: Sequence[Matrix]) -> Folds:
    return [(fold(whitened, matrix), matrix) for matrix in matrices]


def _locks(folds: Folds, secrets: Sequence[Secret], numbers: Iterable[int]) -> Iterator[_Place]:
    """For each of the numbered secrets its best lock, if it is strong enough."""
    for number in numbers:
        tried = [(lock(tile, secrets[number]), matrix) for tile, matrix in folds]
        locked, matrix = max(tried, key=lambda pair: pair[0].strength)
        if locked.strength >= _WEAKEST_LOCK:
            yield _Place(number, locked, matrix)
