"""Taking a passkey's signature: one of the person's own, for this site, with its user verified, and newer than the last."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import get_authenticator_by_credential_id, get_credentials
from django.utils.translation import gettext as _
from fido2 import cbor
from fido2.server import Fido2Server
from fido2.webauthn import AuthenticationResponse, PublicKeyCredentialRpEntity, UserVerificationRequirement

from accounts.refusals import Refusal
from consent.answers.evidence import to_base64url
from consent.answers.models import PasskeyCount

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


def passkey_facts(user: User, challenge: bytes, assertion: str, site: Site) -> dict[str, JSON]:
    """Verify an assertion, JSON as browsers write it, and return it as evidence.

    Refused with ``signature_invalid``: another challenge, site, account or passkey, a user who was not verified, a signature that does
    not fit, or one no newer than the last.
    """
    response = _read(assertion)
    passkey = _verified(user, challenge, response, site)
    answer = response.response
    _count(passkey, answer.authenticator_data.counter)
    public_key = _credential(passkey).public_key
    return {
        "rp_id": site.rp_id,
        "origin": site.origin,
        "credential_id": to_base64url(response.raw_id),
        "public_key": to_base64url(cbor.encode(dict(public_key))),
        "authenticator_data": to_base64url(bytes(answer.authenticator_data)),
        "client_data_json": to_base64url(bytes(answer.client_data)),
        "signature": to_base64url(answer.signature),
    }


def _read(assertion: str) -> AuthenticationResponse:
    if len(assertion) > LONGEST_ASSERTION:
        raise _invalid()
    try:
        response = AuthenticationResponse.from_dict(json.loads(assertion))
    except _UNREADABLE as error:
        raise _invalid() from error
    if not isinstance(response, AuthenticationResponse):  # of "null"
        raise _invalid()
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
        raise _invalid() from error
    passkey = get_authenticator_by_credential_id(user, response.raw_id)
    if passkey is None:
        raise _invalid()
    return passkey


def _credential(passkey: Authenticator) -> Any:
    """The credential of a passkey as it was registered."""
    return passkey.wrap().authenticator_data.credential_data


def _count(passkey: Authenticator, count: int) -> None:
    """Keep the passkey's counter. One that counts and does not go on is a copy's (section 7.2, step 21); those that stay at 0 do not count."""
    registered = passkey.wrap().authenticator_data.counter
    PasskeyCount.objects.get_or_create(passkey=passkey, defaults={"count": registered})
    behind = PasskeyCount.objects.filter(passkey=passkey, count__lt=count)
    is_idle = count == 0 and PasskeyCount.objects.filter(passkey=passkey, count=0).exists()
    if not is_idle and not behind.update(count=count):
        raise _invalid()


def _invalid() -> Refusal:
    sentence = _("This signature does not fit: it must be made now, here, by a passkey of this account.")
    return Refusal("signature_invalid", sentence, status=422)
