"""Informed embedding: more of the mark for the symbols that a picture speaks against, less for those it speaks for.

A picture is known before it is marked, so that what it says itself need not be noise (improved spread spectrum,
Malvar and Florencio, IEEE Trans. Signal Process. 51, 2003, doi:10.1109/TSP.2003.809385). What is cancelled is the
picture as a whole; a part of it is read as well as before.
"""

import numpy as np
from numpy.typing import NDArray

_CANCELLED = 0.6  # of what the picture says on a symbol
_LEAST, _MOST = 0.5, 2.0  # relative amplitude of a symbol; a cropped copy must still hear it
_FAINTEST = 0.2  # deviations; a mark below is lost, whatever is done


def informed_symbols(symbols: NDArray[np.float32], soft: NDArray[np.float32]) -> NDArray[np.float32]:
    """Symbols (+-1) with relative amplitudes (0.5 to 2), for the picture that lets them be heard like `soft` (any scale)."""
    heard = soft * symbols
    expected = max(float(heard.mean()), _FAINTEST * float(heard.std()), 1e-12)
    amplitudes = np.clip(1 + _CANCELLED * (1 - heard / expected), _LEAST, _MOST)
    return np.asarray(symbols * amplitudes, np.float32)
