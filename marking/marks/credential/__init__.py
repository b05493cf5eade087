"""The content credential: a C2PA manifest (Technical Specification 2.2), written and read by the C2PA project's own library.

``library`` is the one door to it, so that nothing here or elsewhere can fetch what a stranger's file names; ``issuer``
holds who signs, ``claim`` what is said, ``signing`` and ``reading`` do the two things. The lists under ``trust`` say
whose signatures are known.
"""

from marking.marks.credential.claim import Claim, Passing
from marking.marks.credential.issuer import (
    Issuer,
    IssuerInvalid,
    development_issuer,
    read_issuer,
    write_issuer,
)
from marking.marks.credential.reading import Credential, Integrity, Signer, Unreadable, read
from marking.marks.credential.signing import Parent, SigningFailed, sign
from marking.marks.credential.trust import OwnRoots, TrustList

__all__ = [
    "Claim",
    "Credential",
    "Integrity",
    "Issuer",
    "IssuerInvalid",
    "OwnRoots",
    "Parent",
    "Passing",
    "Signer",
    "SigningFailed",
    "TrustList",
    "Unreadable",
    "development_issuer",
    "read",
    "read_issuer",
    "sign",
    "write_issuer",
]
