"""Who signs credentials: a certificate chain and its key, given by the operator or made for development."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from marking.marks.credential.trust import SIGNING_PURPOSES

DEVELOPMENT_NAME = "Yinji development certificate (vouched for by nobody)"
"""What anybody sees as the signer of a credential that a development certificate signed."""
DEVELOPMENT_YEARS = 20
_CLAIM_SIGNING = ObjectIdentifier(SIGNING_PURPOSES[0])
_PEM = serialization.Encoding.PEM


class IssuerInvalid(ValueError):
    """The chain or the key cannot sign content credentials; the text says what was expected and found."""


@dataclass(frozen=True)
class Issuer:
    """A signer: ``chain`` PEM certificates from its own to the root, ``key`` PEM (PKCS 8) on P-256.

    ``timestamp_url``: an RFC 3161 authority that is asked at each signing, or empty. Without a time stamp, readers call the
    signature expired once the certificate is.
    """

    chain: bytes
    key: bytes = field(repr=False)
    is_development: bool
    timestamp_url: str = ""

    @property
    def certificates(self) -> tuple[x509.Certificate, ...]:
        """The chain, parsed."""
        return tuple(x509.load_pem_x509_certificates(self.chain))

    @property
    def name(self) -> str:
        """The organisation in the signer's certificate, which readers show; the common name where there is none."""
        subject = self.certificates[0].subject
        names = [
            *subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME),
            *subject.get_attributes_for_oid(NameOID.COMMON_NAME),
        ]
        return str(names[0].value) if names else ""

    @property
    def root(self) -> bytes:
        """The last certificate of the chain, PEM."""
        return self.certificates[-1].public_bytes(_PEM)

    @property
    def expires_at(self) -> datetime:
        """When the first certificate of the chain to end does so."""
        return min(each.not_valid_after_utc for each in self.certificates)


def read_issuer(chain: bytes, key: bytes, *, is_development: bool = False) -> Issuer:
    """Return the issuer if it can sign. Raises IssuerInvalid."""
    issuer = Issuer(chain, key, is_development)
    try:
        certificates = issuer.certificates
        private = serialization.load_pem_private_key(key, password=None)
    except (ValueError, TypeError) as error:
        raise IssuerInvalid(
            f"expected PEM certificates and an unencrypted PEM key, found: {error}"
        ) from error
    if not isinstance(private, ec.EllipticCurvePrivateKey) or not isinstance(private.curve, ec.SECP256R1):
        raise IssuerInvalid("expected a private key on the curve P-256 (ES256), found another kind")
    _require_leaf(certificates[0], private)
    _require_chain(certificates)
    return issuer


def _require_leaf(leaf: x509.Certificate, private: ec.EllipticCurvePrivateKey) -> None:
    """The first certificate is the key's, is no authority's, and is for signing claims (C2PA 2.2, 14.5.1)."""
    if leaf.public_key() != private.public_key():
        raise IssuerInvalid("expected the first certificate to be the key's, found another key in it")
    try:
        usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
        purposes = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        leaf.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
    except x509.ExtensionNotFound as error:
        raise IssuerInvalid(
            "expected a certificate with key usage, extended key usage and authority key identifier, "
            f"found none of the last of these: {error}"
        ) from error
    if not usage.digital_signature or not {each.dotted_string for each in purposes} & set(SIGNING_PURPOSES):
        raise IssuerInvalid(
            f"expected a certificate for digital signatures with one of the purposes {', '.join(SIGNING_PURPOSES)}"
        )


def _require_chain(certificates: tuple[x509.Certificate, ...]) -> None:
    """Every certificate is signed by the next, and the last one by itself."""
    for each, authority in zip(certificates, (*certificates[1:], certificates[-1]), strict=True):
        try:
            each.verify_directly_issued_by(authority)
        except (ValueError, TypeError, InvalidSignature) as error:
            raise IssuerInvalid(
                f"expected a chain from the signer to its root, found {each.subject.rfc4514_string()!r} "
                f"which {authority.subject.rfc4514_string()!r} did not sign"
            ) from error


def development_issuer(now: datetime | None = None) -> Issuer:
    """Make an authority, let it sign one certificate, and forget its key, so that it never signs another.

    ``now``: the time it is valid from, an hour earlier for clocks that are late.
    """
    now = now or datetime.now(UTC)
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _certificate(root_key.public_key(), "root", root_key, None, now)
    leaf = _certificate(key.public_key(), "signer", root_key, root_key.public_key(), now)
    private = key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Issuer(leaf.public_bytes(_PEM) + root.public_bytes(_PEM), private, is_development=True)


def _certificate(
    public: ec.EllipticCurvePublicKey,
    role: str,
    signing_key: ec.EllipticCurvePrivateKey,
    authority: ec.EllipticCurvePublicKey | None,
    now: datetime,
) -> x509.Certificate:
    """A root (without ``authority``) or a certificate under it, with the extensions that readers insist on."""
    is_root = authority is None
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(role))
        .issuer_name(_name("root"))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=365 * DEVELOPMENT_YEARS))
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
        .add_extension(_usage(is_root=is_root), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )
    if authority is not None:
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([_CLAIM_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False
        ).add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority), critical=False)
    return builder.sign(signing_key, hashes.SHA256())


def _usage(*, is_root: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_root,
        key_cert_sign=is_root,
        crl_sign=is_root,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(role: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, DEVELOPMENT_NAME),
            x509.NameAttribute(NameOID.COMMON_NAME, f"Yinji development {role}"),
        ]
    )


def write_issuer(issuer: Issuer) -> bytes:
    """Return the issuer's key and chain as one PEM text."""
    return issuer.key + issuer.chain
