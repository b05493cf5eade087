"""The IPTC digital source types in the reader's language, with the term that they are known by."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marking.verification.report import Fact

SOURCE_TYPES: Mapping[str, Promise] = {
    "trainedAlgorithmicMedia": _("created by a generative model"),
    "trainedAlgorithmicData": _("data created by a generative model"),
    "compositeWithTrainedAlgorithmicMedia": _("edited with a generative model"),
    "compositeSynthetic": _("put together, with generated elements"),
    "digitalCapture": _("taken by a digital camera"),
    "computationalCapture": _("taken by a camera that computes its pictures"),
    "multiFrameComputationalCapture": _("taken by a camera, from several shots"),
    "compositeCapture": _("put together from what cameras took"),
    "negativeFilm": _("taken on negative film"),
    "positiveFilm": _("taken on slide film"),
}
"""The terms of cv.iptc.org/newscodes/digitalsourcetype that a report names."""


def source_type(value: Fact) -> str:
    """Return what a term means, with the term; an unknown one as it is."""
    term = str(value)
    if term not in SOURCE_TYPES:
        return term
    return gettext("%(meaning)s (%(term)s)") % {"meaning": SOURCE_TYPES[term], "term": term}
