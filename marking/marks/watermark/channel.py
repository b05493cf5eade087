"""What an upload holds besides the registered picture, weighted as a matched filter for the mark asks.

The way of the original into the upload is described twice: by a transfer for each frequency (resizing, blur, sharpening,
print), and band by band by a gain for each place (codecs drop detail here and keep it there). Both are fitted to
the original, so the mark plays no part in them; what they don't explain is the mark and noise. Where a band lost the
original it lost the mark as well, so that the gain also says where to listen.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.marks.watermark.alignment import Aligned, alikeness, levelled

Luma = NDArray[np.float32]

_SIGMAS = (
    0.0,
    1.0,
    2.0,
    4.0,
    8.0,
)  # canvas pixels; each band is what one Gaussian keeps and the next takes away
_GAIN_WINDOWS = (15, 21, 31, 41)  # canvas pixels a side, over which a band's gain is fitted
_NOISE_SIGMAS = (5.0, 6.0, 8.0, 10.0)  # canvas pixels over which a band's noise is measured
_RIDGE = 0.3  # grey levels squared; of a fainter original the gain is taken to be 0
_LEAST_SHARE, _LARGEST_SHARE = 0.02, 1.5  # of the mark, taken to have arrived: a flat original tells of none
_NOISE_FLOOR = 0.5  # grey levels squared in a band, about what rounding and resampling leave
_FURTHEST = 3.0  # deviations; lone edges that reach further are cut off
_LOW_SIGMA = 12.0  # canvas pixels; slower changes are shading
_TRANSFER_BINS = 6.0  # of the spectrum, over which the transfer is averaged


@dataclass(frozen=True)
class Received:
    """The unexplained part of an upload on the registered canvas.

    `weighted`: float32 (H, W), to be correlated with the tile; `band_weights`: what each band contributes; `transfer`:
    complex (H, W), by frequency, share of the original that arrived.
    """

    weighted: Luma
    band_weights: tuple[float, ...]
    transfer: NDArray[np.complex64]

    def sensitivity(self, frequencies: NDArray[np.float64]) -> NDArray[np.float64]:
        """How strongly a wave of the mark shows in `weighted`, for frequencies (n, 2) as (x, y), cycles per pixel."""
        height, width = self.transfer.shape
        columns, rows = np.rint(frequencies * (width, height)).astype(int).T
        arrived = np.abs(self.transfer[rows % height, columns % width])
        radii = np.hypot(*frequencies.T)
        heard = [weight * _response(radii, band) ** 2 for band, weight in enumerate(self.band_weights)]
        return np.asarray(arrived * np.sum(heard, axis=0), np.float64)


def receive(aligned: Aligned, original: Luma, mask: Luma) -> Received:
    """What is left of the upload when the original, luma (H, W), is explained away; mask (H, W) as the mark's."""
    transfer = _transfer(aligned, original)
    arrived = _filtered(_without_shading(original), transfer)
    rests, shares = [], []
    for band in range(len(_GAIN_WINDOWS)):
        seen, known = _band(aligned.luma, band), _band(arrived, band)
        gain = _gain(seen, known, band)
        rests.append(seen - gain * known)
        shares.append(np.clip(gain, _LEAST_SHARE, _LARGEST_SHARE) * aligned.valid)
    return _weighted(rests, shares, mask, transfer)


def receive_blindly(aligned: Aligned, marked: Luma, mask: Luma) -> Received:
    """The same where only the marked picture, luma (H, W), is known: what the upload shows is all noise.

    The marked picture's power alone is used, and only to tell which frequencies were lost: agreement with its phases
    would be agreement with the mark.
    """
    rests = [_band(aligned.luma, band) for band in range(len(_NOISE_SIGMAS))]
    shares = [aligned.valid.astype(np.float32)] * len(rests)
    return _weighted(rests, shares, mask, _power_transfer(aligned, marked))


def _weighted(rests: list[Luma], shares: list[Luma], mask: Luma, transfer: NDArray[np.complex64]) -> Received:
    """Each band's rest times the mark that is left in it over the power of noise, seen through the band again."""
    weighted = np.zeros_like(mask)
    band_weights = []
    for band, (rest, share) in enumerate(zip(rests, shares, strict=True)):
        power = cv2.GaussianBlur(np.square(rest), (0, 0), _NOISE_SIGMAS[band]) + np.float32(_NOISE_FLOOR)
        furthest = _FURTHEST * cv2.sqrt(power)
        weight = share * mask / power
        weighted += _band(np.clip(rest, -furthest, furthest) * weight, band)
        band_weights.append(float((weight * mask).mean()))
    return Received(weighted, tuple(band_weights), transfer)


def _gain(seen: Luma, known: Luma, band: int) -> Luma:
    """Share of the original's band that arrived, place by place."""
    window = (_GAIN_WINDOWS[band], _GAIN_WINDOWS[band])
    both, own = (
        cv2.blur(pair, window, borderType=cv2.BORDER_REFLECT_101) for pair in (seen * known, known * known)
    )
    return np.asarray(both / (own + np.float32(_RIDGE)), np.float32)


def _band(luma: Luma, band: int) -> Luma:
    return np.asarray(_blurred(luma, _SIGMAS[band]) - _blurred(luma, _SIGMAS[band + 1]), np.float32)


def _blurred(luma: Luma, sigma: float) -> Luma:
    return np.asarray(cv2.GaussianBlur(luma, (0, 0), sigma), np.float32) if sigma else luma


def _response(radii: NDArray[np.float64], band: int) -> NDArray[np.float64]:
    """Of a band's filter, at these cycles per pixel."""
    kept, taken = (np.exp(-2 * np.square(np.pi * sigma * radii)) for sigma in _SIGMAS[band : band + 2])
    return np.asarray(kept - taken, np.float64)


def _transfer(aligned: Aligned, original: Luma) -> NDArray[np.complex64]:
    """By which factor each frequency of the original arrived, where the two are alike: a local least-squares fit."""
    seen, known = _spectra(aligned, original)
    crossed = seen * known.conj()
    own = _averaged(np.square(np.abs(known)))
    least = 1e-9 * own.max() + 1e-9  # where the original has nothing, all is taken to arrive
    ratio = (_averaged(crossed.real) + 1j * _averaged(crossed.imag) + least) / (own + least)
    return np.asarray(ratio, np.complex64)


def _power_transfer(aligned: Aligned, marked: Luma) -> NDArray[np.complex64]:
    """Which share of each frequency's power is left, as a factor from 0 to 1."""
    seen, known = (_averaged(np.square(np.abs(spectrum))) for spectrum in _spectra(aligned, marked))
    least = 1e-9 * known.max() + 1e-9
    return np.asarray(np.sqrt(np.minimum((seen + least) / (known + least), 1)), np.complex64)


def _spectra(aligned: Aligned, known: Luma) -> tuple[NDArray[np.complex128], NDArray[np.complex128]]:
    """Spectra of the upload and of the known picture, of those parts in which they are alike."""
    alike = alikeness(levelled(known), levelled(aligned.luma)) * aligned.valid
    window = np.sqrt(np.outer(*(np.hanning(length) for length in known.shape)), dtype=np.float64) * alike
    seen, own = (np.fft.fft2(_without_shading(each) * window) for each in (aligned.luma, known))
    return seen, own


def _averaged(spectrum: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean over neighbouring frequencies."""
    centred = cv2.GaussianBlur(
        np.fft.fftshift(spectrum), (0, 0), _TRANSFER_BINS, borderType=cv2.BORDER_REFLECT
    )
    return np.asarray(np.fft.ifftshift(centred), np.float64)


def _filtered(luma: Luma, transfer: NDArray[np.complex64]) -> Luma:
    return np.asarray(np.fft.ifft2(np.fft.fft2(luma) * transfer).real, np.float32)


def _without_shading(luma: Luma) -> Luma:
    return np.asarray(luma - cv2.GaussianBlur(luma, (0, 0), _LOW_SIGMA), np.float32)
