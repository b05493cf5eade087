"""The picture's International Standard Content Code, by which others may find it: an image code of ISO 24138."""

import iscc_lib
import numpy as np
from numpy.typing import NDArray
from PIL import Image

BITS = 256
_SIDE = 32  # grey pixels; ISO 24138:2024, 6.4


def image_code(rgb: NDArray[np.uint8]) -> str:
    """Return the ISCC image code of 256 bits of an upright picture, uint8 (H, W, 3), such as ``ISCC:EED…``."""
    # Pillow's own grey and bicubic: the bits depend on them, and what others compute is computed with Pillow.
    grey = Image.fromarray(rgb).convert("L").resize((_SIDE, _SIDE), Image.Resampling.BICUBIC)
    return str(iscc_lib.gen_image_code_v0(grey.tobytes(), BITS)["iscc"])
