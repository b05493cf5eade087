"""An OpenID provider on this machine: discovery, code flow with PKCE, signed ID tokens, userinfo with verified claims."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from accounts.identity.providers.protocol import Finding

from .fake_servers import KEY_ID, SECRET, Asked, Said, said

ACR = "urn:example:assurance:high"
FRAMEWORK = "de_aml"
SUBJECT = "Ab3-subject"
VERIFIED = {
    "verification": {"trust_framework": FRAMEWORK, "time": "2026-05-01T10:00Z", "txn": "txn-1"},
    "claims": {"given_name": "Ada", "family_name": "Lovelace", "birthdate": "1990-02-03"},
}


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@dataclass
class OpenID:
    """``url`` is set once it serves. What it says can be changed part by part, to be wrong in one of them."""

    clock: datetime
    url: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=new_key)
    signer: ec.EllipticCurvePrivateKey | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=lambda: {"sub": SUBJECT, "verified_claims": VERIFIED})
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    findings = (Finding.MATCH, Finding.NO_RECORD)
    reference = "txn-1"

    def reset(self, clock: datetime) -> None:
        self.__dict__.update(OpenID(clock, self.url, self.key).__dict__)

    def show(self, finding: Finding) -> None:
        """Whoever comes next was not verified there."""
        assert finding is Finding.NO_RECORD
        self.userinfo, self.claims = {"sub": SUBJECT}, {"acr": "urn:example:assurance:none"}

    def is_another(self) -> None:
        """Whoever comes next is somebody else: of a name that differs by letter case alone."""
        self.claims = {**self.claims, "sub": SUBJECT.swapcase()}
        self.userinfo = {**self.userinfo, "sub": SUBJECT.swapcase()}

    def visit(self, address: str, client_id: str = KEY_ID) -> dict[str, str]:
        """What the person's browser does there: what it is sent back with."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(f"{self.url}/authorize?")
        assert (asked["client_id"], asked["response_type"], asked["scope"]) == (client_id, "code", "openid")
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def __call__(self, asked: Asked) -> Said:
        path = urlsplit(asked.path).path
        if path == "/.well-known/openid-configuration":
            return said(200, self._metadata())
        if path == "/jwks":
            return said(200, {"keys": [self._jwk()]})
        if path == "/token" and asked.method == "POST":
            return self._token(asked)
        if path == "/userinfo":
            is_known = asked.headers.get("authorization") == "Bearer access-token"
            return said(200, self.userinfo) if is_known else said(401, {"error": "invalid_token"})
        return said(404, {})

    def _metadata(self) -> dict[str, Any]:
        names = {
            "authorization_endpoint": "authorize",
            "token_endpoint": "token",
            "jwks_uri": "jwks",
            "userinfo_endpoint": "userinfo",
        }
        return {
            "issuer": self.url,
            **{name: f"{self.url}/{path}" for name, path in names.items()},
            **self.metadata,
        }

    def _jwk(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key()))
        return {**found, "kid": "key-1", "use": "sig", "alg": "ES256"}

    def _token(self, asked: Asked) -> Said:
        given = dict(parse_qsl(asked.body.decode()))
        expected = "Basic " + base64.b64encode(f"{KEY_ID}:{SECRET}".encode()).decode()
        if asked.headers.get("authorization") != expected:
            return said(401, {"error": "invalid_client"})
        visit = self.codes.pop(given["code"], None)  # a code is good once
        challenge = base64.urlsafe_b64encode(hashlib.sha256(given["code_verifier"].encode()).digest()).rstrip(
            b"="
        )
        if (
            visit is None
            or visit["code_challenge"] != challenge.decode()
            or visit["redirect_uri"] != given["redirect_uri"]
        ):
            return said(400, {"error": "invalid_grant"})
        return said(
            200,
            {
                "access_token": "access-token",
                "token_type": "Bearer",
                "id_token": self.id_token(visit["nonce"]),
            },
        )

    def id_token(self, nonce: str) -> str:
        moment = int(self.clock.timestamp())
        usual = {
            "iss": self.url, "aud": KEY_ID, "sub": SUBJECT, "nonce": nonce, "iat": moment, "exp": moment + 300,
            "acr": ACR, "txn": "txn-1",
        }  # fmt: skip
        claims = {name: value for name, value in {**usual, **self.claims}.items() if value is not None}
        return jwt.encode(claims, self.signer or self.key, "ES256", headers={"kid": "key-1"})
