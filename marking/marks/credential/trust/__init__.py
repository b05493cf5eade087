"""Whose signatures are known: this site's own roots, and the lists that C2PA publishes (vendored beside this file)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent

SIGNING_PURPOSES = (
    "1.3.6.1.4.1.62558.2.1",  # C2PA claim signing
    "1.3.6.1.5.5.7.3.36",  # document signing (RFC 9336)
    "1.3.6.1.5.5.7.3.4",  # e-mail protection, of early signers
    "1.3.6.1.5.5.7.3.8",  # time stamping
    "1.3.6.1.5.5.7.3.9",  # OCSP signing
    "1.3.6.1.4.1.311.76.59.1.9",  # Microsoft's
)
"""Extended key usages of a certificate that may sign (C2PA 2.2, 14.5.1). The library knows only one unasked."""


class TrustList(StrEnum):
    """The list on which a signer's authority stands. The values are stable codes of the report."""

    THIS_SITE = "this_site"
    THIS_SITE_DEVELOPMENT = "this_site_development"
    C2PA = "c2pa"
    NONE = ""


@dataclass(frozen=True)
class OwnRoots:
    """Roots of this site, PEM: of the certificates it was given, and of those it made for itself."""

    given: bytes = b""
    development: bytes = b""


def anchors(own: OwnRoots) -> list[Mapping[str, Any]]:
    """Return the anchors in the form of the library's settings, each named by its `TrustList`."""
    signers = (_FOLDER / "C2PA-TRUST-LIST.pem").read_text()
    stamps = (_FOLDER / "C2PA-TSA-TRUST-LIST.pem").read_text()
    every = (
        (own.given.decode(), TrustList.THIS_SITE, "manifest"),
        (own.development.decode(), TrustList.THIS_SITE_DEVELOPMENT, "manifest"),
        (signers, TrustList.C2PA, "manifest"),
        (stamps, TrustList.C2PA, "tsa"),
    )
    return [
        {"trust_anchors": pem, "trust_uri": each.value, "trust_kind": kind}
        for pem, each, kind in every
        if pem
    ]
