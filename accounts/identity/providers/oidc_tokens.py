"""Reading what an OpenID provider signed, and what it says it has verified. Pure.

Sources: OpenID Connect Core 1.0 sections 3.1.3.7 and 5.3; OpenID Identity Assurance Schema Definition 1.0 (``verified_claims``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

import jwt

from accounts.identity.providers.exchange import Unanswered
from accounts.identity.providers.protocol import Person, Trouble, full_name

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
"""Signatures by public keys alone: with ``none`` or a shared secret anybody, or the client itself, could sign."""
LEEWAY = 60.0
"""Seconds that the provider's clock may differ from ours."""
LONGEST_AGE = 600.0
"""Seconds after which an ID token is too old for a visit that just ended."""
LONGEST_SUBJECT = 255  # OpenID Connect Core 1.0 section 2


def read_id_token(
    token: str, keys: Mapping[str, Any], *, issuer: str, client_id: str, nonce: str, now: datetime
) -> dict[str, Any]:
    """The claims of an ID token for this client, this visit and this moment.

    ``keys``: the provider's JWK set. Raises :class:`Unanswered` with ``FORGED``, or ``CLOCK`` where it is right but for
    its times.
    """
    claims = _signed(token, keys, issuer, client_id)
    if claims.get("nonce") != nonce or not _is_for(claims, client_id):
        raise Unanswered(Trouble.FORGED)
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise Unanswered(Trouble.FORGED)
    _check_times(claims, now)
    return claims


def verified_persons(claims: Mapping[str, Any]) -> Iterator[tuple[str, Person]]:
    """Trust framework and person of each set of verified claims that names one; ``sub`` is of the set around them."""
    found = claims.get("verified_claims")
    for each in found if isinstance(found, list) else [found]:
        if not isinstance(each, dict):
            continue
        verification, verified = each.get("verification"), each.get("claims")
        framework = verification.get("trust_framework") if isinstance(verification, dict) else None
        name = _name(verified) if isinstance(verified, dict) else ""
        if isinstance(framework, str) and framework and name and isinstance(verified, dict):
            yield framework, Person(str(claims.get("sub", "")), name, _birth_date(verified))


def transaction_of(claims: Mapping[str, Any]) -> str:
    """The provider's own number for its check (``txn``), empty without one."""
    for found in (claims.get("verified_claims"), claims):
        place = found.get("verification", found) if isinstance(found, dict) else None
        if isinstance(place, dict) and isinstance(place.get("txn"), str):
            return str(place["txn"])
    return ""


def _signed(token: str, keys: Mapping[str, Any], issuer: str, client_id: str) -> dict[str, Any]:
    try:
        return jwt.decode(
            token,
            key=_key(token, keys),
            algorithms=ALGORITHMS,
            audience=client_id,
            issuer=issuer,
            options={
                "require": ["exp", "iat", "iss", "aud", "sub"],
                "verify_exp": False,  # by the clock that we are given, below
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except jwt.PyJWTError as error:
        raise Unanswered(Trouble.FORGED) from error


def _key(token: str, keys: Mapping[str, Any]) -> jwt.PyJWK:
    header = jwt.get_unverified_header(token)
    found = [each for each in jwt.PyJWKSet.from_dict(dict(keys)).keys if each.public_key_use in {None, "sig"}]
    named = [each for each in found if each.key_id == header.get("kid")] if "kid" in header else found
    if len(named) != 1:
        raise Unanswered(Trouble.FORGED)
    return named[0]


def _is_for(claims: Mapping[str, Any], client_id: str) -> bool:
    """OpenID Connect Core 1.0 section 3.1.3.7, rules 3 to 5: for us, and for nobody else."""
    audience = claims["aud"]
    is_alone = audience in (client_id, [client_id])
    return bool(is_alone and claims.get("azp", client_id) == client_id)


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    moment, ends, made = now.timestamp(), claims["exp"], claims["iat"]
    if not isinstance(ends, int | float) or not isinstance(made, int | float):
        raise Unanswered(Trouble.FORGED)
    if ends <= moment - LEEWAY or not moment - LONGEST_AGE - LEEWAY <= made <= moment + LEEWAY:
        raise Unanswered(Trouble.CLOCK)


def _name(verified: Mapping[str, Any]) -> str:
    whole = verified.get("name")
    if isinstance(whole, str) and whole.strip():
        return whole
    given, family = verified.get("given_name"), verified.get("family_name")
    if not (isinstance(given, str) and isinstance(family, str) and given.strip() and family.strip()):
        return ""
    return full_name(given, family)


def _birth_date(verified: Mapping[str, Any]) -> date | None:
    try:
        return date.fromisoformat(str(verified.get("birthdate", "")))
    except ValueError:  # a year alone, 0000 for a year that is not told (OpenID Connect Core 1.0 section 5.1)
        return None
