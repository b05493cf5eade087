"""Taking a passkey's signature over a challenge: by one of the account's own, for this site, with its user verified."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import get_authenticator_by_credential_id, get_credentials
from django.utils.translation import gettext as _
from fido2 import cbor
from fido2.server import Fido2Server
from fido2.webauthn import AuthenticationResponse, PublicKeyCredentialRpEntity, UserVerificationRequirement

from accounts.passkeys.evidence import to_base64url
from accounts.refusals import Refusal

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User

LONGEST_ASSERTION = 10_000
"""Characters: a signature, with what was signed and the passkey's name, has about one thousand."""
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError, struct.error)


@dataclass(frozen=True)
class Site:
    """This site, as a browser names it to a passkey: its origin, and the host alone."""

    origin: str

    @property
    def rp_id(self) -> str:
        """The relying party's id (W3C Web Authentication Level 2, section 5.4.2)."""
        return urlsplit(self.origin).hostname or ""


@dataclass(frozen=True)
class Signed:
    """A signature that fits: by which passkey, its counter, and the facts that :mod:`accounts.passkeys.evidence` checks."""

    passkey: Authenticator
    count: int
    facts: Mapping[str, JSON]


def has_passkey(user: User) -> bool:
    """Whether ``user`` has a passkey here at all."""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).exists())


def options(user: User, challenge: bytes, site: Site) -> dict[str, JSON]:
    """What a browser needs in order to ask for a signature (section 5.5), bytes in base64url."""
    return {
        "challenge": to_base64url(challenge),
        "rpId": site.rp_id,
        "userVerification": "required",
        "timeout": 300_000,
        "allowCredentials": [
            {"type": "public-key", "id": to_base64url(each.credential_id)} for each in get_credentials(user)
        ],
    }


def signed_by(user: User, challenge: bytes, assertion: str, site: Site) -> Signed:
    """Verify an assertion, JSON as browsers write it.

    Its counter is for the caller to compare with the last. Refused with ``signature_invalid``: another challenge, site,
    account or passkey, a user who was not verified, or a signature that does not fit.
    """
    response = _read(assertion)
    passkey = _verified(user, challenge, response, site)
    answer = response.response
    facts: dict[str, JSON] = {
        "rp_id": site.rp_id,
        "origin": site.origin,
        "credential_id": to_base64url(response.raw_id),
        "public_key": public_key_of(passkey),
        "authenticator_data": to_base64url(bytes(answer.authenticator_data)),
        "client_data_json": to_base64url(bytes(answer.client_data)),
        "signature": to_base64url(answer.signature),
    }
    return Signed(passkey, answer.authenticator_data.counter, facts)


def public_key_of(passkey: Authenticator) -> str:
    """The public key of a passkey as it was registered: COSE (RFC 9052) in base64url."""
    credential: Any = passkey.wrap().authenticator_data.credential_data
    return to_base64url(cbor.encode(dict(credential.public_key)))


def registered_count(passkey: Authenticator) -> int:
    """The signature counter that a passkey showed when it was registered (section 6.1.1)."""
    return int(passkey.wrap().authenticator_data.counter)


def invalid() -> Refusal:
    """What is said of any signature that does not fit; which part of it does not is nobody's business."""
    sentence = _("This signature does not fit: it must be made now, here, by a passkey of this account.")
    return Refusal("signature_invalid", sentence, status=422)


def _read(assertion: str) -> AuthenticationResponse:
    if len(assertion) > LONGEST_ASSERTION:
        raise invalid()
    try:
        response = AuthenticationResponse.from_dict(json.loads(assertion))
    except _UNREADABLE as error:
        raise invalid() from error
    if not isinstance(response, AuthenticationResponse):  # of "null"
        raise invalid()
    return response


def _verified(user: User, challenge: bytes, response: AuthenticationResponse, site: Site) -> Authenticator:
    server = Fido2Server(
        PublicKeyCredentialRpEntity(id=site.rp_id, name=site.rp_id),
        verify_origin=lambda origin: origin == site.origin,
    )
    state = {"challenge": to_base64url(challenge), "user_verification": UserVerificationRequirement.REQUIRED}
    try:
        server.authenticate_complete(state, get_credentials(user), response)
    except ValueError as error:
        raise invalid() from error
    passkey = get_authenticator_by_credential_id(user, response.raw_id)
    if passkey is None:
        raise invalid()
    return passkey
