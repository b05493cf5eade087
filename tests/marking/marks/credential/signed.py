"""Signers and signed files for the tests: real certificates, made once a run."""

from __future__ import annotations

import io
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from PIL import Image

from marking.marks.credential import Claim, Issuer, OwnRoots, Parent, development_issuer, sign
from marking.marks.implicit_label import SourceType

CLAIM = Claim(
    site="marks.example.cn",
    work="R07ZQ0H4KP",
    tool="Generator",
    tool_version="2.1",
    source_type=SourceType.TRAINED,
    label='{"Label":"1"}',
    watermark="yinji.watermark.2",
    fingerprint="ISCC:EEDYAAAAAAAAAAAAAAAAAAAAAAAAAAEAACAAAAAAAAAAAAAAAAAAAAA",
)
MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}


@cache
def issuer() -> Issuer:
    """The site's own signer."""
    return development_issuer()


@cache
def stranger() -> Issuer:
    """Somebody who made a certificate at home."""
    return development_issuer()


@cache
def person() -> Issuer:
    """Somebody whose certificate names a person and no organisation."""
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    chain = b"".join(
        _certificate(key, keys[1], is_root=is_root).public_bytes(serialization.Encoding.PEM)
        for key, is_root in zip(keys, (False, True), strict=True)
    )
    private = keys[0].private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Issuer(chain, private, is_development=True)


def _certificate(
    key: ec.EllipticCurvePrivateKey, root: ec.EllipticCurvePrivateKey, *, is_root: bool
) -> x509.Certificate:
    subject, authority = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        for name in ("Jane Doe's root" if is_root else "Jane Doe", "Jane Doe's root")
    )
    usage = x509.KeyUsage(not is_root, *([False] * 4), is_root, *([False] * 3))
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        authority, subject, key.public_key(), x509.random_serial_number(), now - timedelta(hours=1),
        now + timedelta(days=9),
    )  # fmt: skip
    builder = builder.add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
    builder = builder.add_extension(usage, critical=True)
    if not is_root:
        purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(root.public_key())
        builder = builder.add_extension(purposes, critical=False).add_extension(identifier, critical=False)
    return builder.sign(root, hashes.SHA256())


def own() -> OwnRoots:
    """The roots by which the site knows itself."""
    return OwnRoots(development=issuer().root)


def picture(kind: str = "PNG", seed: int = 1) -> bytes:
    """A small picture without any mark."""
    pixels = np.random.default_rng(seed).integers(0, 256, (48, 64, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind)
    return file.getvalue()


def signed(
    kind: str = "PNG",
    *,
    by: Issuer | None = None,
    claim: Claim = CLAIM,
    parent: Parent | None = None,
    seed: int = 1,
    **said: object,
) -> bytes:
    """A small picture with a credential that says ``claim``, changed by what is ``said``."""
    changed = replace(claim, **said)  # type: ignore[arg-type]
    return sign(picture(kind, seed), MEDIA_TYPES[kind], changed, by or issuer(), parent=parent)


def with_other_pixels(png: bytes) -> bytes:
    """A PNG of which one byte of the image data was changed, with the checksum made right again."""
    at = png.index(b"IDAT") - 4
    size = int.from_bytes(png[at : at + 4], "big")
    body = bytearray(png[at + 4 : at + 8 + size])
    body[4 + size // 2] ^= 1
    return png[: at + 4] + bytes(body) + zlib.crc32(body).to_bytes(4, "big") + png[at + 12 + size :]
