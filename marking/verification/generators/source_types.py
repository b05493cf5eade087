"""The IPTC digital source types (cv.iptc.org/newscodes/digitalsourcetype): which say that a picture was generated. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

GENERATED = ("trainedAlgorithmicMedia", "trainedAlgorithmicData")
"""Created by a trained model; the second is C2PA's own, of data."""
EDITED = ("compositeWithTrainedAlgorithmicMedia",)
"""Edited by a trained model: parts filled in, taken out or added."""
COMPOSED = ("compositeSynthetic",)
"""Put together from several elements, of which one at least is generated."""
NOT_GENERATED = (
    "algorithmicMedia",  # by an algorithm without training: fractals, plots
    "algorithmicallyEnhanced",  # sharpened, denoised, recoloured
    "computationalCapture", "compositeCapture", "composite", "dataDrivenMedia", "digitalArt", "digitalCapture",
    "digitalCreation", "humanEdits", "minorHumanEdits", "multiFrameComputationalCapture", "negativeFilm",
    "positiveFilm", "print", "screenCapture", "softwareImage", "virtualRecording",
)  # fmt: skip

_NAMES = {
    "createdusinggenerativeai": GENERATED[0],
    "editedusinggenerativeai": EDITED[0],
    "compositeincludinggenerativeaielements": COMPOSED[0],
    "compositeincludingsyntheticelements": COMPOSED[0],
    "由训练算法生成的媒体": GENERATED[0],
    "使用生成式人工智能创建": GENERATED[0],
    "使用生成式人工智能编辑": EDITED[0],
}
"""Names that the vocabulary and programs print in place of the term, folded."""
_FOLDED = {term.casefold(): term for term in (*GENERATED, *EDITED, *COMPOSED, *NOT_GENERATED)} | _NAMES
_URI = re.compile(r"digitalsourcetype/([A-Za-z]{1,64})", re.IGNORECASE)


def source_type(value: str) -> str:
    """Return the term that a property's value names: as URI, as QCode, alone, or by a printed name; else ""."""
    uri = _URI.search(value[:400])
    last = uri[1] if uri is not None else value[:400].rpartition(":")[2]
    return _FOLDED.get("".join(each for each in last.casefold() if each.isalpha()), "")


def saying_generated(terms: Iterable[str]) -> str:
    """Return the term that says most clearly "generated"; empty if none does."""
    found = set(terms)
    return next((term for term in (*GENERATED, *EDITED, *COMPOSED) if term in found), "")
