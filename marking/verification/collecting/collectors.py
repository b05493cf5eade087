"""Who looks for what. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from marking.marks import explicit_label, watermark
from marking.verification.collecting.collection import Collector, collect
from marking.verification.collecting.metadata import (
    find_credential,
    find_generator,
    find_implicit_label,
    take_hash,
)
from marking.verification.collecting.pixels import find_explicit_label, find_watermark, take_fingerprint
from marking.verification.collecting.specimen import Specimen
from marking.verification.report import Evidence, Layer

# Bytes before pixels: what kills a child is decoding. The watermark before what it brings upright. The credential last:
# its library unpacks what a stranger packed, and the limit of time, if it comes to that, costs no other layer.
COLLECTORS: Mapping[Layer, Collector] = {
    Layer.HASH: take_hash,
    Layer.IMPLICIT_LABEL: find_implicit_label,
    Layer.GENERATOR: find_generator,
    Layer.WATERMARK: find_watermark,
    Layer.FINGERPRINT: take_fingerprint,
    Layer.EXPLICIT_LABEL: find_explicit_label,
    Layer.CREDENTIAL: find_credential,
}
"""Who looks for what, in the order in which they do."""


_REHEARSED_SIDE = 256  # pixels: of a picture for which all tables are worked out
_REHEARSED_KEY = bytes(32)  # no site's


def prepare() -> None:
    """Work out what is the same for every file before children are forked (:mod:`marking.media.zygote`).

    Those are the glyphs of the labels, and where the watermark's carriers lie: looking for both once leaves them behind.
    """
    noise = np.random.default_rng(0).integers(0, 256, (_REHEARSED_SIDE, _REHEARSED_SIDE, 3), np.uint8)
    explicit_label.find(noise)
    watermark.detect(noise, key=_REHEARSED_KEY)


def collect_in_child(
    report: Callable[[str], None],
    specimen: Specimen,
    watermark: Evidence | None,
    layers: Sequence[Layer],
    collectors: Mapping[Layer, Collector],
) -> None:
    """Do as `collect`, behind another process that found the ``watermark``.

    The process that children are made from loads the module of what they run, and here it loads all collectors.
    """
    collect(report, specimen.turned_as(watermark) if watermark else specimen, layers, collectors)
