"""The credential step of the marking: what is said of the finished file, signed over its bytes. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marking.marks import credential, fingerprint, watermark
from marking.marks.credential import Claim, Credential, Integrity, Issuer, OwnRoots, Parent, Signer
from marking.marks.implicit_label import AigcLabel, ModelRelease, Origin, SourceType
from marking.media import MediaType

WATERMARK_NAME = f"yinji.watermark.{watermark.VERSION}"


@dataclass(frozen=True)
class Provenance:
    """Where a work comes from and who says so.

    ``site``: the host name of this site; ``work``: the work's ten characters; ``tool`` and ``tool_version``: the generator, as its user declared it; ``consents``: the
    receipts of the people depicted; ``issuer`` signs, ``own`` are the roots by which this site knows itself.
    """

    site: str
    work: str
    tool: str
    tool_version: str
    source_type: SourceType
    issuer: Issuer
    own: OwnRoots
    consents: tuple[str, ...] = ()

    def origin(self) -> Origin:
        """Return the same in the words of IPTC."""
        release = ModelRelease.LIMITED if self.consents else None
        return Origin(self.source_type, self.tool, self.tool_version, release)


def with_credential(
    data: bytes,
    media_type: MediaType,
    source: Path,
    source_type: MediaType,
    claim: Claim,
    provenance: Provenance,
) -> tuple[bytes, dict[str, Any]]:
    """Return the finished file with its credential, and what to keep of it.

    A ``source`` that came with credentials becomes the parent, so that its history goes on; where they cannot be read, the
    mark says so. Raises SigningFailed.
    """
    original = source.read_bytes()
    found = credential.read(original, provenance.own)
    parent = Parent(original, source_type.value) if isinstance(found, Credential) else None
    signed = credential.sign(data, media_type.value, claim, provenance.issuer, parent=parent)
    return signed, {
        "name": "credential",
        "issuer": provenance.issuer.name,
        "is_development": provenance.issuer.is_development,
        "timestamped": bool(provenance.issuer.timestamp_url),
        "source": _kept(found),
    }


def claim_of(
    provenance: Provenance, label: AigcLabel, rgb: NDArray[np.uint8], *, has_visible_label: bool = True
) -> Claim:
    """Return what is said of the finished picture ``rgb``, uint8 (H, W, 3)."""
    return Claim(
        site=provenance.site,
        work=provenance.work,
        tool=provenance.tool,
        tool_version=provenance.tool_version,
        source_type=provenance.source_type,
        label=label.to_json(),
        watermark=WATERMARK_NAME,
        fingerprint=fingerprint.image_code(rgb),
        has_visible_label=has_visible_label,
        consents=provenance.consents,
    )


def is_credited(data: bytes, provenance: Provenance) -> bool:
    """Whether a file carries an intact credential of this site that names the work."""
    found = credential.read(data, provenance.own)
    return (
        isinstance(found, Credential)
        and found.integrity is Integrity.INTACT
        and found.signer is Signer.LISTED
        and found.work == provenance.work
    )


def _kept(found: object) -> str:
    """What became of the source's own credentials: ``none``, ``kept``, ``kept_broken`` or ``unreadable``."""
    if found is None:
        return "none"
    if not isinstance(found, Credential):
        return "unreadable"
    return "kept" if found.integrity is Integrity.INTACT else "kept_broken"
