"""Taking a passkey's signature under a consent: one of the person's own, and newer than the last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from accounts.passkeys.signing import LONGEST_ASSERTION as LONGEST_ASSERTION
from accounts.passkeys.signing import Site as Site
from accounts.passkeys.signing import has_passkey as has_passkey
from accounts.passkeys.signing import invalid, registered_count, signed_by
from accounts.passkeys.signing import options as options
from consent.answers.models import PasskeyCount

if TYPE_CHECKING:
    from allauth.mfa.models import Authenticator

    from accounts.records.canonical import JSON
    from accounts.users.models import User


def passkey_facts(user: User, challenge: bytes, assertion: str, site: Site) -> Mapping[str, JSON]:
    """Verify an assertion, JSON as browsers write it, and return it as evidence.

    Refused with ``signature_invalid``: as :func:`accounts.passkeys.signing.signed_by` refuses, and one no newer than the last.
    """
    signed = signed_by(user, challenge, assertion, site)
    _count(signed.passkey, signed.count)
    return signed.facts


def _count(passkey: Authenticator, count: int) -> None:
    """Keep the passkey's counter. One that counts and does not go on is a copy's (section 7.2, step 21); those that stay at 0 do not count."""
    PasskeyCount.objects.get_or_create(passkey=passkey, defaults={"count": registered_count(passkey)})
    behind = PasskeyCount.objects.filter(passkey=passkey, count__lt=count)
    is_idle = count == 0 and PasskeyCount.objects.filter(passkey=passkey, count=0).exists()
    if not is_idle and not behind.update(count=count):
        raise invalid()
