"""read_issuer: certificates that readers would refuse are refused before they sign."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from marking.marks.credential import IssuerInvalid, development_issuer, read_issuer
from marking.marks.credential.issuer import DEVELOPMENT_NAME

PEM = serialization.Encoding.PEM


def pem_key(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def certificate(
    key: ec.EllipticCurvePrivateKey,
    *extensions: x509.ExtensionType,
    signed_by: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "somebody")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, now, now + timedelta(days=1))
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(signed_by or key, hashes.SHA256()).public_bytes(PEM)


def usage(*, digital_signature: bool) -> x509.KeyUsage:
    return x509.KeyUsage(digital_signature, *([False] * 4), not digital_signature, *([False] * 3))


def test_it_takes_what_it_made() -> None:
    made = development_issuer()
    assert read_issuer(made.chain, made.key, is_development=True) == made


def test_it_keeps_the_key_out_of_its_name() -> None:
    assert "PRIVATE" not in repr(development_issuer())


@pytest.mark.parametrize(
    "key", [ec.generate_private_key(ec.SECP384R1()), ed25519.Ed25519PrivateKey.generate()]
)
def test_it_refuses_other_kinds_of_key(key: ec.EllipticCurvePrivateKey) -> None:
    with pytest.raises(IssuerInvalid, match="P-256"):
        read_issuer(development_issuer().chain, pem_key(key))


@pytest.mark.parametrize(("chain", "key"), [(b"", b""), (b"nonsense", b"nonsense")])
def test_it_refuses_what_is_no_certificate(chain: bytes, key: bytes) -> None:
    with pytest.raises(IssuerInvalid, match="PEM"):
        read_issuer(chain, key)


def test_it_refuses_a_certificate_that_does_not_say_what_it_is_for() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(IssuerInvalid, match="extended key usage"):
        read_issuer(certificate(key, usage(digital_signature=True)), pem_key(key))


@pytest.mark.parametrize(
    ("signs", "purpose"),
    [(False, ExtendedKeyUsageOID.EMAIL_PROTECTION), (True, ExtendedKeyUsageOID.SERVER_AUTH)],
)
def test_it_refuses_a_certificate_for_something_else(signs: bool, purpose: x509.ObjectIdentifier) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
    chain = certificate(key, usage(digital_signature=signs), x509.ExtendedKeyUsage([purpose]), identifier)
    with pytest.raises(IssuerInvalid, match="digital signatures"):
        read_issuer(chain, pem_key(key))


def test_it_refuses_a_chain_that_is_broken() -> None:
    made, other = development_issuer(), development_issuer()
    leaf = made.certificates[0].public_bytes(PEM)
    with pytest.raises(IssuerInvalid, match="did not sign"):
        read_issuer(leaf + other.root, made.key)


def test_it_is_called_by_its_organisation() -> None:
    made = development_issuer()
    key = ec.generate_private_key(ec.SECP256R1())
    assert made.name == DEVELOPMENT_NAME
    assert replace(made, chain=certificate(key)).name == "somebody"


def test_it_tells_when_the_first_certificate_of_the_chain_ends() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert development_issuer(now).expires_at.year == 2045
