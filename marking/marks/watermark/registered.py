"""Registered detection: is this picture a copy of our marked file, or merely the same picture unmarked?

The question is yes or no for one payload where reading asks which of 2**48, and the registered picture tells where the
upload lies and what of it is not the mark. So the answer comes far below the limit of reading.

*The test.* The upload is laid onto the canvas that the original was marked on (`alignment`), the original is explained
away (`channel`), and the rest is folded onto one tile. Let Z[k] be the transform of that tile at data carrier k,
turned back by the carrier's keyed phase and by the sign of the payload's symbol: a mark makes it real and positive. With
weights b[k], which may depend on everything but the phases,

    z = sum(b[k] * Z[k].real) / sqrt(sum((b[k] * abs(Z[k]))**2) / 2)

*False positives.* The phases are drawn from a keyed pseudo-random stream, uniformly and each by itself, and
nothing before the sum has seen them: the picture has not, nor have the alignment and the fit, which know the original
only. So for a picture without our mark each term is c * cos(u) with u uniform, its moment generating function I0(c * t)
is at most exp(c**2 * t**2 / 4), and by Chernoff's bound the sum exceeds z deviations with probability at most
exp(-z**2 / 2), whatever the picture and however few carriers lead the sum. The answer is yes from 1e-6 down, that is z >= 5.26.
One alignment is tested, chosen by likeness to the original; who asks about n files gets n times as many.

A picture marked with another payload under the same phases is not without a mark: the symbols of two payloads drawn at
random agree by chance, so that a tenth to a fifth of its own z shows for ours. It is told by reading: where the rest,
decoded, passes the check of another payload, the answer is no. Reading succeeds from a z of about 14 on, and what is too
weak for it would have to agree in more than a third of its z, three deviations and more of what chance gives.

*Without the original* only the marked file says where the upload lies. Subtracting it would put the mark's negative into
the rest of an unmarked upload, so nothing is subtracted; a flow fitted to it would follow the mark, so nothing is unbent;
and fewer copies are recognised. The bound then holds up to the eight numbers of a homography, which are fitted to features
of the marked file.

The pattern is made anew from payload and key and never measured as marked minus original: the encoder's errors
in that difference would be found again in every upload that was encoded alike.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.marks.watermark import code
from marking.marks.watermark.alignment import align
from marking.marks.watermark.canvas import MINIMUM_SIDE, luma_canvas, marking_side, require_picture
from marking.marks.watermark.channel import Received, receive, receive_blindly
from marking.marks.watermark.constellation import TILE, DataCarriers, data_carriers
from marking.marks.watermark.keys import Secret
from marking.marks.watermark.masking import amplitude_mask

LARGEST_FALSE_POSITIVE_PROBABILITY = 1e-6  # of a yes
SMALLEST_COMPARED = 16  # upload pixels along the short side
_LARGEST_AREA = 2e6  # upload pixels that are looked at
_LONGEST_UPLOAD = 100  # short sides
# Short sides; of a longer registered picture the beginning is compared, where one tile still follows another.
_LONGEST = 4
_UNMARKING_SIGMA = 12.0  # canvas pixels; a Gaussian that leaves a thirtieth of the mark's lowest frequencies
_NOISE_CELLS = (15, 15)  # lattice points, over which the power around a carrier is averaged


@dataclass(frozen=True)
class Registered:
    """A registered file: `marked` as it was released or, better, `original` as it was before the watermark.

    Each is uint8: grey (H, W), RGB (H, W, 3), or RGB and alpha (H, W, 4). Of the original its canvas will do
    (`canvas.luma_canvas`, rounded): nothing finer is looked at. With an original the marked file is not looked at.
    """

    marked: NDArray[np.uint8] | None = None
    original: NDArray[np.uint8] | None = None


@dataclass(frozen=True)
class RegisteredDetection:
    """Whether an upload is a copy of the registered marked file.

    z: deviations by which its mark stands out; false_positive_probability: bound, 0 to 1, for a picture without our mark
    to reach that z; coverage: share of the registered picture that the upload shows, 0 to 1.
    """

    is_ours: bool
    z: float
    false_positive_probability: float
    coverage: float


NOT_COMPARABLE = RegisteredDetection(False, 0.0, 1.0, 0.0)
"""The answer for an upload that is too small to show a mark."""


def detect_registered(
    pixels: NDArray[np.uint8], registered: Registered, payload: int, *, key: bytes
) -> RegisteredDetection:
    """Whether a picture, uint8 (H, W), (H, W, 3), or (H, W, 4), is a copy of the file marked with this payload and key.

    Raises ValueError for another dtype or shape, nothing or too little to compare with, and a payload beyond 48 bits.
    """
    require_picture(pixels)
    known = _known(registered)
    canvas = luma_canvas(known, marking_side(*known.shape[:2]))
    if min(pixels.shape[:2]) < SMALLEST_COMPARED:
        return NOT_COMPARABLE
    compare = _beside_marked if registered.original is None else _beside_original
    received, coverage = compare(_looked_at(pixels), canvas)
    return _judged(received, payload, key, coverage)


def _beside_original(upload: NDArray[np.float32], original: NDArray[np.float32]) -> tuple[Received, float]:
    """What is left of the upload, and which share of the original it shows."""
    aligned = align(upload, original)
    return receive(aligned, original, amplitude_mask(original)), float(aligned.valid.mean())


def _beside_marked(upload: NDArray[np.float32], marked: NDArray[np.float32]) -> tuple[Received, float]:
    """The same without an original. Nothing that is summed may hold the marked picture: its mark would be found."""
    unmarked = np.asarray(cv2.GaussianBlur(marked, (0, 0), _UNMARKING_SIGMA), np.float32)
    aligned = align(upload, marked, unbend=False).over(unmarked)
    return receive_blindly(aligned, marked, amplitude_mask(aligned.luma)), float(aligned.valid.mean())


def _known(registered: Registered) -> NDArray[np.uint8]:
    """What the upload is compared with: the beginning of the original, or else of the marked file."""
    known = registered.marked if registered.original is None else registered.original
    if known is None:
        raise ValueError("expected a marked file or its original, found neither")
    require_picture(known)
    if min(known.shape[:2]) < MINIMUM_SIDE:
        raise ValueError(
            f"expected a registered picture of {MINIMUM_SIDE} pixels a side, found {known.shape[:2]}"
        )
    longest = _LONGEST * min(known.shape[:2])
    return known[:longest, :longest]


def _looked_at(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Luma of an upload, at most two million pixels; of a very long one, its beginning."""
    short = min(pixels.shape[:2])
    begun = pixels[: _LONGEST_UPLOAD * short, : _LONGEST_UPLOAD * short]
    shrinking = min(1.0, math.sqrt(_LARGEST_AREA / (begun.shape[0] * begun.shape[1])))
    return luma_canvas(begun, max(SMALLEST_COMPARED, int(short * shrinking)))


def _judged(received: Received, payload: int, key: bytes, coverage: float) -> RegisteredDetection:
    """The test of the module's docstring."""
    secret = Secret(key)
    data = data_carriers(secret.draw(payload))
    heard = _folded(received.weighted, data)
    weights = data.amplitude * received.sensitivity(data.cycles / TILE) / _power(heard, data)
    weighted = heard * weights / (np.linalg.norm(heard * weights) + 1e-300)
    z = float(weighted.real @ code.encode(payload, secret)[data.symbol]) * math.sqrt(2)
    probability = math.exp(-z * z / 2) if z > 0 else 1.0
    read = code.decode(np.bincount(data.symbol, weighted.real, code.SYMBOLS).astype(np.float32), secret)
    is_another = read is not None and read.payload != payload
    is_ours = probability <= LARGEST_FALSE_POSITIVE_PROBABILITY and not is_another
    return RegisteredDetection(is_ours, z, probability, coverage)


def _folded(weighted: NDArray[np.float32], data: DataCarriers) -> NDArray[np.complex64]:
    """What each data carrier brought, summed over all tiles, with its own phase taken out."""
    height, width = weighted.shape
    laid = np.pad(weighted, ((0, -height % TILE), (0, -width % TILE)))
    tiles = laid.reshape(laid.shape[0] // TILE, TILE, laid.shape[1] // TILE, TILE)
    x, y = data.cycles.T
    spectrum = np.fft.fft2(tiles.sum(axis=(0, 2)))
    return np.asarray(spectrum[y, x % TILE] * data.rotors.conj(), np.complex64)


def _power(heard: NDArray[np.complex64], data: DataCarriers) -> NDArray[np.float64]:
    """Mean power of the carriers around each."""
    x, y = data.cycles.T
    power, present = np.zeros((2, TILE, TILE), np.float64)
    power[y, x + TILE // 2] = np.square(np.abs(heard))
    present[y, x + TILE // 2] = 1
    level = cv2.blur(power, _NOISE_CELLS) / np.maximum(cv2.blur(present, _NOISE_CELLS), 1e-6)
    return np.asarray(level[y, x + TILE // 2] + 1e-9 * level.max() + 1e-300)
