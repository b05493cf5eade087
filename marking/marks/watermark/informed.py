"""Informed embedding: more of the mark for the symbols that a picture speaks against, less for those it speaks for.

A picture is known before it is marked, so that what it says itself need not be noise (improved spread spectrum,
Malvar and Florencio, IEEE Trans. Signal Process. 51, 2003, doi:10.1109/TSP.2003.809385). What is cancelled is the
picture as a whole; a part of it is read as well as before.
"""

import numpy as np
from numpy.typing import NDArray

_CANCELLED = 0.6  # of what the picture says on a symbol
_LEAST, _MOST = 0.5, 2.0  # amplitude of a symbol before it is shared out; a cropped copy must still hear it
_FAINTEST = 0.2  # deviations; a mark below is lost, whatever is done


def informed_symbols(symbols: NDArray[np.float32], soft: NDArray[np.float32]) -> NDArray[np.float32]:
    """Symbols with amplitudes, for the picture that lets the plain ones (+-1) be heard like `soft` (any scale).

    Their mean square stays 1, so that the pilots keep their share of the energy; the largest is four times the least.
    """
    heard = soft * symbols
    expected = max(float(heard.mean()), _FAINTEST * float(heard.std()), 1e-12)
    amplitudes = np.clip(1 + _CANCELLED * (1 - heard / expected), _LEAST, _MOST)
    return np.asarray(symbols * amplitudes / np.sqrt(np.square(amplitudes).mean()), np.float32)
