"""The credential step of the marking: what is said of the finished file, signed over its bytes. Pure."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marking.marks import credential, fingerprint, watermark
from marking.marks.credential import (
    Claim,
    Credential,
    Integrity,
    Issuer,
    OwnRoots,
    Parent,
    Signer,
    SigningFailed,
    Unreadable,
)
from marking.marks.implicit_label import AigcLabel, ModelRelease, Origin, SourceType
from marking.media import MediaType

logger = logging.getLogger(__name__)

WATERMARK_NAME = f"yinji.watermark.{watermark.VERSION}"


@dataclass(frozen=True)
class Provenance:
    """Where a work comes from and who says so.

    ``site``: the host name of this site; ``work``: the work's ten characters; ``tool`` and ``tool_version``: the generator, as its user declared it; ``consents``: the
    receipts of the people depicted; ``issuer`` signs, ``own`` are the roots by which this site knows itself;
    ``made_from``: the ten characters of the released work that was edited, empty for none.
    """

    site: str
    work: str
    tool: str
    tool_version: str
    source_type: SourceType
    issuer: Issuer
    own: OwnRoots
    consents: tuple[str, ...] = ()
    made_from: str = ""

    def origin(self) -> Origin:
        """Return the same in the words of IPTC."""
        release = ModelRelease.LIMITED if self.consents else None
        return Origin(self.source_type, self.tool, self.tool_version, release, self.consents)


def with_credential(
    data: bytes,
    media_type: MediaType,
    source: Path,
    source_type: MediaType,
    claim: Claim,
    provenance: Provenance,
) -> tuple[bytes, dict[str, Any]]:
    """Return the finished file with its credential, and what to keep of it.

    A ``source`` that came with credentials becomes the parent, so that its history goes on. Where they cannot be read, the
    file was edited here all the same, from something whose history ends, and the mark says so. Raises SigningFailed.
    """
    original = source.read_bytes()
    found = credential.read(original, provenance.own)
    signed, kept = _signed(data, media_type, Parent(original, source_type.value), found, claim, provenance)
    return signed, {
        "name": "credential",
        "issuer": provenance.issuer.name,
        "is_development": provenance.issuer.is_development,
        "timestamped": bool(provenance.issuer.timestamp_url),
        "source": kept,
    }


def _signed(
    data: bytes,
    media_type: MediaType,
    source: Parent,
    found: Credential | Unreadable | None,
    claim: Claim,
    provenance: Provenance,
) -> tuple[bytes, str]:
    """The signed file, and what became of the source's own credentials: "none", "kept", "kept_broken", "unreadable"."""
    if found is None:
        return credential.sign(data, media_type.value, claim, provenance.issuer), "none"
    if isinstance(found, Credential):
        kept = "kept" if found.integrity is Integrity.INTACT else "kept_broken"
        try:
            return credential.sign(data, media_type.value, claim, provenance.issuer, parent=source), kept
        except SigningFailed as failed:
            logger.info(
                "a history could not be kept: %s", failed.reason
            )  # one with holes is taken by no signer
    # The same picture without credentials stands for the one that came: opened, and edited, not created.
    stand_in = Parent(data, media_type.value)
    return credential.sign(data, media_type.value, claim, provenance.issuer, parent=stand_in), "unreadable"


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
        made_from=provenance.made_from,
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
