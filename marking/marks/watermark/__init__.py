"""Invisible image watermark: 48 bits in the luma of a picture, read back without the original.

The picture is treated as a radio channel of unknown scale, turn, shift, and noise. A tile of 128 x 128 pixels, repeated
over a canvas of fixed size, carries its energy on a lattice of frequencies: a few pilots with known phases, and data
carriers with the signs of a convolutional code, under a mask that follows the picture's own detail. The detector
finds the pilots in the spectrum for all turns and scales at once, folds the tiles onto one, weighs each carrier by
what the pilots say is left of it, and decodes. Where the picture was bent, it follows the pilots from place to place.

Map: `canvas`, `masking`, `informed`, `rehearsal`, `embedding` write; `whitening`, `spectrum`, `search`, `refinement`,
`listening`, `askew`, `bending` (with `chart`, `straying`, `tracking`, `matching`), `detection` find; `keys`, `constellation`, `code`,
`convolution`, `demodulation`, `geometry` are what both sides agree on. `registered` (with `features`, `alignment`,
`channel`) compares with a file that is known; `quality` measures what marking did.

*False positives.* Nothing but a keyed check of 28 bits (`code`) accepts a word. The check is a truncated HMAC, so that a
word decoded from an unmarked picture, from noise, under another key, or with any error passes with probability
2**-28. One call tries at most 19 places (`detection.MAXIMUM_PLACES`), reads each under at most all 4 drawn keys, and
takes the one best word of each reading, never a list; and a word is only taken if its payload is one that is given the
drawn key it was read under (`keys`), which again one chance payload in 4 is. So for one key at most 19 * 4 * 2**-28 / 4 =
7.1e-8 per call, whatever the picture (`detection.FALSE_POSITIVES`). With n keys (`detect_any`) the bound is n times as
large: up to 14 keys it stays below 1e-6. Where a registry of 10**9 works must also know the number, another factor of
10**9 / 2**48 brings one key to 2.5e-13. The gates before the decoder lower both further and are not counted.

*Limits.* The pilots are the same in all pictures of one secret, and each drawn key's data carriers in a quarter of them: from
many marked pictures the pilots can be averaged out and pasted onto others. A payload cannot be forged without the secret,
but a whole mark can be moved; comparing the picture with the registered one unmasks that. Regeneration by a diffusion
model removes the mark.
"""

from marking.marks.watermark.canvas import MINIMUM_SIDE, TooSmall, luma_canvas, marking_side
from marking.marks.watermark.code import PAYLOAD_BITS
from marking.marks.watermark.detection import Detection, detect, detect_any
from marking.marks.watermark.embedding import Marked, embed, mark
from marking.marks.watermark.geometry import Geometry
from marking.marks.watermark.keys import VERSION

__all__ = [
    "MINIMUM_SIDE",
    "PAYLOAD_BITS",
    "VERSION",
    "Detection",
    "Geometry",
    "Marked",
    "TooSmall",
    "detect",
    "detect_any",
    "embed",
    "luma_canvas",
    "mark",
    "marking_side",
]
