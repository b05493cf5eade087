"""Examine a file layer by layer, without a database. Pure.

`collect` runs in a child process (see :mod:`marking.media.bounded`) and is an outermost edge: a collector that
breaks on a stranger's file gives *inconclusive* for its own layer and takes no other down.
"""

from __future__ import annotations

import json
import logging
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence

import cv2

from marking.marks import implicit_label
from marking.media import Refused, read_header
from marking.verification.collecting.specimen import Specimen
from marking.verification.report import Evidence, Finding, Layer, inconclusive

logger = logging.getLogger(__name__)

REFUSED_WHOLLY = frozenset({"empty_file", "unsupported_format", "too_large", "too_many_pixels"})
"""Refusals after which nothing is examined. After the others the pixels are out of reach, the bytes are not."""

BREAKAGES = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, OSError, RuntimeError, SyntaxError,
    TypeError, ValueError, cv2.error, struct.error, zlib.error,
)  # fmt: skip
"""What parsers and decoders, ours and others', raise on files that nobody foresaw."""

Collector = Callable[[Specimen], Evidence]


def collect(
    report: Callable[[str], None],
    specimen: Specimen,
    layers: Sequence[Layer],
    collectors: Mapping[Layer, Collector],
) -> None:
    """Report the evidence of each of ``layers``, in their order, as one JSON text each (see `decode`).

    Each is reported as soon as it is there, so that a child that dies later leaves it behind. What comes after the
    watermark sees the picture as upright as the watermark tells.
    Raises Refused, with a code of `REFUSED_WHOLLY`, for a file of which nothing is examined.
    """
    require_examinable(specimen)
    for layer in layers:
        evidence = examined(layer, collectors[layer], specimen)
        report(encode(evidence))
        specimen = specimen.turned_as(evidence)


def require_examinable(specimen: Specimen) -> None:
    """Raise Refused for a file of which not even the bytes are examined.

    A film, a sound or a document is examined for the sake of its label, if it has one.
    """
    try:
        read_header(specimen.path, specimen.limits, minimum_side=False)
    except Refused as refused:
        if refused.code in REFUSED_WHOLLY and not _is_labelled_otherwise(specimen, refused):
            raise


def _is_labelled_otherwise(specimen: Specimen, refused: Refused) -> bool:
    return refused.code == "unsupported_format" and bool(implicit_label.read(specimen.data).labels)


def examined(layer: Layer, collector: Collector, specimen: Specimen) -> Evidence:
    """Return what the collector found, or *inconclusive* with the reason why it found nothing out."""
    try:
        return collector(specimen)
    except Refused as refused:
        return inconclusive(layer, refused.code)
    except MemoryError:
        return inconclusive(layer, "out_of_memory")
    except BREAKAGES as error:
        # The message may quote the file; its kind is enough to find the fault.
        logger.warning("the collector of %s broke: %s", layer.value, type(error).__name__)
        return inconclusive(layer, "broke")


def encode(evidence: Evidence) -> str:
    """Return evidence as JSON, with all its facts."""
    return json.dumps([evidence.layer, evidence.finding, dict(evidence.facts)])


def decode(text: str) -> Evidence:
    """Return the evidence that `encode` wrote."""
    layer, finding, facts = json.loads(text)
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in facts.items()}
    return Evidence(Layer(layer), Finding(finding), values)
