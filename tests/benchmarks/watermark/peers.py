"""Other watermarks that anyone can install, behind the same two calls.

They are no dependency of the project: ``requirements-peers.txt`` beside this package holds them.
``invisible-watermark`` imports PyTorch at its top, for the arithmetic around one of its models only; here its wavelet
method is loaded from its own file and its model is run as the package does, so that PyTorch is not needed.
"""

import importlib
import importlib.util
import multiprocessing
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.watermark.attacks import Picture
from tests.benchmarks.watermark.attacks.pixels import rounded
from tests.benchmarks.watermark.schemes import Refused, Scheme

INSTALL = "python -m pip install --no-deps --require-hashes -r tests/benchmarks/requirements-peers.txt"
SMALLEST = 256 * 256  # pixels that invisible-watermark asks for
RIVA_THRESHOLD = 0.52  # above which invisible-watermark 0.2.0 takes the model's answer for a one


@dataclass(frozen=True)
class DwtDctSvd:
    """``invisible-watermark``: largest singular values of wavelet blocks, quantised; 64 bits."""

    name: str = "dwtDctSvd"
    payload_bits: int = 64

    def embed(self, rgb: Picture, payload: int) -> Picture:
        """A marked copy. Raises Refused."""
        _require_room(rgb)
        method = _dwt_dct_svd()(_bits(payload, self.payload_bits).tolist(), wmLen=self.payload_bits)
        return _swapped(np.asarray(method.encode(_swapped(rgb)), np.uint8))

    def detect(self, rgb: Picture) -> int | None:
        """Always a number, whatever the picture; None only for one too small."""
        if rgb.shape[0] * rgb.shape[1] < SMALLEST:
            return None
        return _number(_dwt_dct_svd()(wmLen=self.payload_bits).decode(_swapped(rgb)))


@dataclass(frozen=True)
class RivaGan:
    """``invisible-watermark``: a learned encoder and decoder; 32 bits."""

    name: str = "rivaGan"
    payload_bits: int = 32

    def embed(self, rgb: Picture, payload: int) -> Picture:
        """A marked copy. Raises Refused."""
        _require_room(rgb)
        data = _bits(payload, self.payload_bits)[None].astype(np.float32)
        frame = _riva_model("encoder").run(None, {"frame": _riva_frame(rgb), "data": data})[0]
        marked = ((np.clip(frame[0, :, 0], -1, 1).transpose(1, 2, 0) + 1) * 127.5).astype(np.uint8)
        if marked.shape != rgb.shape:
            raise Refused(f"the model answers with {marked.shape} to {rgb.shape}")
        return _swapped(marked)

    def detect(self, rgb: Picture) -> int | None:
        """Always a number, whatever the picture; None only for one too small."""
        if rgb.shape[0] * rgb.shape[1] < SMALLEST:
            return None
        answer = _riva_model("decoder").run(None, {"frame": _riva_frame(rgb)})[0][0]
        return _number(answer > RIVA_THRESHOLD)


@dataclass(frozen=True)
class BlindWatermark:
    """``blind-watermark``: two singular values of shuffled wavelet blocks in three channels; 64 bits."""

    name: str = "blind-watermark"
    payload_bits: int = 64

    def embed(self, rgb: Picture, payload: int) -> Picture:
        """A marked copy. Raises Refused."""
        mark = _blind_watermark().WaterMark()
        mark.read_img(img=_swapped(rgb))
        mark.read_wm(_bits(payload, self.payload_bits), mode="bit")
        try:
            return _swapped(rounded(mark.embed()))
        except AssertionError as error:
            raise Refused(f"too few blocks for {self.payload_bits} bits") from error

    def detect(self, rgb: Picture) -> int | None:
        """Always a number, whatever the picture; None only for one too small."""
        try:
            mark = _blind_watermark().WaterMark()
            return _number(mark.extract(embed_img=_swapped(rgb), wm_shape=self.payload_bits, mode="bit"))
        except AssertionError:
            return None


PEERS: dict[str, Scheme] = {scheme.name: scheme for scheme in (DwtDctSvd(), RivaGan(), BlindWatermark())}
_NEEDED = {
    "dwtDctSvd": ("invisible-watermark", "PyWavelets"),
    "rivaGan": ("invisible-watermark", "onnxruntime"),
    "blind-watermark": ("blind-watermark", "PyWavelets"),
}


def missing(name: str) -> tuple[str, ...]:
    """The packages that a peer needs and that are not installed."""
    return tuple(package for package in _NEEDED[name] if not _is_installed(package))


def _is_installed(package: str) -> bool:
    try:
        metadata.distribution(package)
    except metadata.PackageNotFoundError:
        return False
    return True


def _require_room(rgb: Picture) -> None:
    if rgb.shape[0] * rgb.shape[1] < SMALLEST:
        raise Refused(f"expected {SMALLEST} pixels or more, found {rgb.shape[0] * rgb.shape[1]}")


def _bits(payload: int, count: int) -> NDArray[np.uint8]:
    """The highest bit first."""
    return np.array([payload >> place & 1 for place in reversed(range(count))], np.uint8)


def _number(bits: NDArray[Any]) -> int:
    return int("".join("1" if bit else "0" for bit in bits), 2)


def _swapped(rgb: Picture) -> Picture:
    """Red and blue exchanged: the peers take OpenCV's order."""
    return np.ascontiguousarray(rgb[..., ::-1])


def _package_file(name: str) -> Path:
    return Path(str(metadata.distribution("invisible-watermark").locate_file(f"imwatermark/{name}")))


@cache
def _dwt_dct_svd() -> Any:
    spec = importlib.util.spec_from_file_location("dwt_dct_svd", _package_file("dwtDctSvd.py"))
    if spec is None or spec.loader is None:
        raise ImportError("expected imwatermark/dwtDctSvd.py in invisible-watermark, found nothing to load")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.EmbedDwtDctSvd


@cache
def _riva_model(part: str) -> Any:
    """The encoder or the decoder, on one thread, as everything here is measured."""
    runtime = importlib.import_module("onnxruntime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = 1
    return runtime.InferenceSession(str(_package_file(f"rivagan_{part}.onnx")), options)


def _riva_frame(rgb: Picture) -> NDArray[np.float32]:
    """A video of one frame, (1, 3, 1, H, W), within -1..1."""
    frame = _swapped(rgb).astype(np.float32) / np.float32(127.5) - np.float32(1)
    return np.ascontiguousarray(frame.transpose(2, 0, 1))[None, :, None]


@cache
def _blind_watermark() -> Any:
    """The package, silenced; on import it insists on setting how processes start, which a worker already has."""
    multiprocessing.set_start_method(None, force=True)
    package = importlib.import_module("blind_watermark")
    package.bw_notes.close()
    return package
