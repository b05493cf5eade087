"""A provider that people go to themselves, by OpenID Connect: the code flow with PKCE.

Two ways of asking. :class:`OpenIDProvider` asks for claims that the provider has verified (OpenID Connect for Identity
Assurance 1.0) and takes name and birth date from nothing else. :class:`ResultOnlyProvider` asks whether, and not who: no
scope but ``openid``, no claims, no call for them; of the answer it reads how the person was checked (``acr``) and a
pseudonym that means something to this site alone.

What this site asks goes to the issuer's own host; an answer that names another one is not followed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import quote, urlencode, urlsplit

from django.core.cache import cache

from accounts.identity.levels import Level
from accounts.identity.providers.exchange import FORM, Endpoint, Unanswered, ask, content_of, read_object
from accounts.identity.providers.oidc_tokens import (
    read_id_token,
    transaction_of,
    verified_persons,
)
from accounts.identity.providers.protocol import (
    LONGEST_REFERENCE,
    Answer,
    Evidence,
    Finding,
    HoldsNothing,
    Journey,
    Person,
    Trouble,
    Visit,
)

logger = logging.getLogger(__name__)

METADATA = "/.well-known/openid-configuration"
METADATA_SECONDS = 3600


@dataclass(frozen=True)
class OpenIDProvider(HoldsNothing):
    """``endpoint``: the issuer. ``assurance``: the trust frameworks that are taken, none for any."""

    endpoint: Endpoint
    client_id: str
    secret: str = field(repr=False)
    assurance: frozenset[str] = frozenset()

    name: ClassVar[str] = "oidc"
    method: ClassVar[str] = "verified_claims"
    brings_code: ClassVar[bool] = True

    @property
    def issuer(self) -> str:
        return self.endpoint.url

    def begin(self, journey: Journey, state: str, back: str) -> Visit | None:
        try:
            place = str(self._metadata()["authorization_endpoint"])
        except Unanswered as error:
            logger.warning("%s did not answer: %s", self.name, error.trouble)
            return None
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": back,
            "scope": "openid",
            "state": state,
            "nonce": journey.nonce,
            "code_challenge": journey.challenge,
            "code_challenge_method": "S256",
            **self._wishes(),
        }
        return Visit(f"{place}{'&' if urlsplit(place).query else '?'}{urlencode(asked)}")

    def redeem(self, code: str, journey: Journey, back: str, now: datetime) -> Answer:
        try:
            return self._redeem(code, journey, back, now)
        except Unanswered as error:
            logger.warning("%s did not answer: %s", self.name, error.trouble)
            return Answer(Finding.UNAVAILABLE, self.name, self.method, now, trouble=error.trouble)

    def _redeem(self, code: str, journey: Journey, back: str, now: datetime) -> Answer:
        metadata = self._metadata()
        tokens, said = self._tokens(metadata, code, journey, back)
        keys = read_object(self._get(str(metadata["jwks_uri"])))
        claims = read_id_token(
            str(tokens.get("id_token", "")), keys,
            issuer=self.issuer, client_id=self.client_id, nonce=journey.nonce, now=now,
        )  # fmt: skip
        person, more = self._person(metadata, tokens, claims)
        finding = Finding.MATCH if person else Finding.NO_RECORD
        level = Level.THIRD_PARTY_MATCH if person else Level.NONE
        return Answer(
            finding, self.name, self.method, now, level,
            reference=transaction_of(claims)[:LONGEST_REFERENCE], evidence=Evidence.of(said + more), person=person,
        )  # fmt: skip

    def _wishes(self) -> dict[str, str]:
        wanted = {
            "verification": {"trust_framework": None},
            "claims": {"name": None, "given_name": None, "family_name": None, "birthdate": None},
        }
        return {"claims": json.dumps({"userinfo": {"verified_claims": wanted}})}

    def _person(
        self, metadata: dict[str, Any], tokens: dict[str, Any], claims: dict[str, Any]
    ) -> tuple[Person | None, bytes]:
        """Whom the provider has verified, and the bytes that say so beyond the tokens."""
        token = str(tokens.get("access_token", ""))
        body = self._get(str(metadata["userinfo_endpoint"]), {"Authorization": f"Bearer {token}"})
        told = read_object(body)
        if told.get("sub") != claims["sub"]:  # OpenID Connect Core 1.0 section 5.3.2
            raise Unanswered(Trouble.FORGED)
        for framework, person in verified_persons(told):
            if not self.assurance or framework in self.assurance:
                return person, body
        return None, body

    def _metadata(self) -> dict[str, Any]:
        key = f"identity:oidc:{hashlib.sha256(self.issuer.encode()).hexdigest()}"
        known: dict[str, Any] | None = cache.get(key)
        if known is None:
            known = self._checked(read_object(self._get(self.issuer.rstrip("/") + METADATA)))
            cache.set(key, known, METADATA_SECONDS)
        return known

    def _checked(self, metadata: dict[str, Any]) -> dict[str, Any]:
        """The metadata of this very issuer, whose addresses are its own (OpenID Connect Discovery 1.0 section 4.3)."""
        if metadata.get("issuer") != self.issuer:
            raise Unanswered(Trouble.FORGED)
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")
        if not all(isinstance(metadata.get(each), str) for each in names):
            raise Unanswered(Trouble.MALFORMED)
        for each in names:
            self.endpoint.at(metadata[each].partition("?")[0])
        return {each: metadata[each] for each in names}

    def _tokens(
        self, metadata: dict[str, Any], code: str, journey: Journey, back: str
    ) -> tuple[dict[str, Any], bytes]:
        body = urlencode(
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": back,
                "client_id": self.client_id,
                "code_verifier": journey.verifier,
            }
        )
        # RFC 6749 section 2.3.1: both are form-encoded before they are joined.
        pair = f"{quote(self.client_id, safe='')}:{quote(self.secret, safe='')}".encode()
        basic = base64.b64encode(pair).decode()
        headers = {"Content-Type": FORM, "Accept": "application/json", "Authorization": f"Basic {basic}"}
        endpoint = self.endpoint.at(str(metadata["token_endpoint"]))
        said = content_of(ask(endpoint, "POST", headers, body.encode()))
        return read_object(said), said

    def _get(self, url: str, headers: dict[str, str] | None = None) -> bytes:
        return content_of(
            ask(self.endpoint.at(url), "GET", {"Accept": "application/json", **(headers or {})})
        )


class ResultOnlyProvider(OpenIDProvider):
    """``assurance``: the values of ``acr`` of which one must come back. Nothing else is asked for, read or kept.

    The technical interface of the national network identity service is not public; a gateway in front of it that speaks
    OpenID Connect is asked like this (docs/identity.md).
    """

    name: ClassVar[str] = "result-only"
    method: ClassVar[str] = "result"

    def _wishes(self) -> dict[str, str]:
        return {"acr_values": " ".join(sorted(self.assurance))}

    def _person(
        self, metadata: dict[str, Any], tokens: dict[str, Any], claims: dict[str, Any]
    ) -> tuple[Person | None, bytes]:
        return (Person(claims["sub"]) if claims.get("acr") in self.assurance else None), b""
