"""What the IPTC Photo Metadata Standard 2025.1 and PLUS have words for: where a picture comes from, as XMP properties."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

IPTC_NAMESPACE = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
PLUS_NAMESPACE = "http://ns.useplus.org/ldf/xmp/1.0/"
DIGITAL_SOURCE_TYPE = f"{{{IPTC_NAMESPACE}}}DigitalSourceType"

PROPERTIES = {
    DIGITAL_SOURCE_TYPE,
    f"{{{IPTC_NAMESPACE}}}AISystemUsed",
    f"{{{IPTC_NAMESPACE}}}AISystemVersionUsed",
    f"{{{PLUS_NAMESPACE}}}ModelReleaseStatus",
    f"{{{PLUS_NAMESPACE}}}ModelReleaseID",
}
"""The properties that an `Origin` may write, and that it replaces."""

_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
"""Characters that XML 1.0 (2.2) cannot hold."""


class SourceType(StrEnum):
    """Terms of the IPTC digital source type vocabulary for generated pictures, as their identifiers."""

    TRAINED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    COMPOSITE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"


class ModelRelease(StrEnum):
    """PLUS model release status: whether the people depicted agreed. Every grant here has limits."""

    LIMITED = "http://ns.useplus.org/ldf/vocab/MR-LMR"


@dataclass(frozen=True)
class Origin:
    """What made a picture. ``system`` and ``version``: the AI system as its user named it, empty if unnamed.

    ``release_ids``: what the people depicted agreed by, such as receipts, in the order of the people.
    """

    source_type: SourceType = SourceType.TRAINED
    system: str = ""
    version: str = ""
    model_release: ModelRelease | None = None
    release_ids: tuple[str, ...] = ()

    def properties(self) -> dict[str, str]:
        """Return the properties that have a value, under their prefixed names."""
        words = {
            "Iptc4xmpExt:DigitalSourceType": self.source_type.value,
            "Iptc4xmpExt:AISystemUsed": _NOT_IN_XML.sub("", self.system),
            "Iptc4xmpExt:AISystemVersionUsed": _NOT_IN_XML.sub("", self.version),
            "plus:ModelReleaseStatus": self.model_release.value if self.model_release else "",
        }
        return {name: text for name, text in words.items() if text}

    def lists(self) -> dict[str, tuple[str, ...]]:
        """Return the properties that hold several values and have one, under their prefixed names."""
        ids = tuple(_NOT_IN_XML.sub("", each) for each in self.release_ids)
        return {"plus:ModelReleaseID": ids} if ids else {}

    def namespaces(self) -> dict[str, str]:
        """Return prefix and namespace of what `properties` and `lists` use."""
        plus = {"plus": PLUS_NAMESPACE} if self.model_release or self.release_ids else {}
        return {"Iptc4xmpExt": IPTC_NAMESPACE} | plus
