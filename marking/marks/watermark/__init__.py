"""Invisible image watermark: 48 bits in the luma of a picture, read back without the original.

The picture is treated as a radio channel of unknown scale, turn, shift, and noise. A tile of 128 x 128 pixels, repeated
over a canvas of fixed size, carries its energy on a lattice of frequencies: a few pilots with known phases, and data
carriers with the signs of a convolutional code, under a mask that follows the picture's own detail. The detector
finds the pilots in the spectrum for all turns and scales at once, folds the tiles onto one, weighs each carrier by
what the pilots say is left of it, and decodes.

*False positives.* Nothing but a keyed check of 28 bits (`code`) accepts a word. The check is a truncated HMAC, so that a
word decoded from an unmarked picture, from noise, under another key, or with any error passes with probability
2**-28. One call tries at most 18 places (`detection.MAXIMUM_PLACES`), decodes each once for each key, and takes the one
best word, never a list: for one key at most 18 * 2**-28 = 6.7e-8 per call, whatever the picture. Where a registry of
10**9 works must also know the number, another factor of 10**9 / 2**48 brings it to 2.4e-13. The pilots' gate before the
decoder lowers both further and is not counted. With n keys (`detect_any`) the bound is n times as large.

*Limits.* A fixed carrier can be averaged out of some hundred marked pictures and pasted onto others; giving several keys
out at random, and comparing the picture with the registered one, answers that. Regeneration by a diffusion model
removes the mark.
"""

from marking.marks.watermark.canvas import MINIMUM_SIDE, TooSmall
from marking.marks.watermark.code import PAYLOAD_BITS
from marking.marks.watermark.detection import Detection, detect, detect_any
from marking.marks.watermark.embedding import embed
from marking.marks.watermark.geometry import Geometry

__all__ = [
    "MINIMUM_SIDE",
    "PAYLOAD_BITS",
    "Detection",
    "Geometry",
    "TooSmall",
    "detect",
    "detect_any",
    "embed",
]
