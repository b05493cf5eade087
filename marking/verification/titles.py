"""The names of the layers, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marking.verification.report import Layer

TITLES: Mapping[Layer, Promise] = {
    Layer.EXPLICIT_LABEL: _("Visible label"),
    Layer.IMPLICIT_LABEL: _("Metadata label"),
    Layer.CREDENTIAL: _("Content credential"),
    Layer.WATERMARK: _("Watermark"),
    Layer.HASH: _("Exact copy"),
    Layer.FINGERPRINT: _("Fingerprint"),
    Layer.GENERATOR: _("Traces of generators"),
}
