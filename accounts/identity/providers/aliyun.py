"""Alibaba Cloud's information verification (Cloudauth, version 2019-03-07): two factors, or three with a telephone number.

Name and number travel in the body, never in an address that a gateway would log. What of this could not be tried against
the live service is said in docs/identity.md.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from accounts.identity.providers import mainland
from accounts.identity.providers.aliyun_signing import signed_headers
from accounts.identity.providers.exchange import FORM, Endpoint, Unanswered, ask, read_object
from accounts.identity.providers.protocol import Answer, ClaimFacts, Finding, HoldsNothing, Trouble

URL = "https://cloudauth.aliyuncs.com"
VERSION = "2019-03-07"
_FINDINGS = {"1": Finding.MATCH, "2": Finding.MISMATCH, "3": Finding.NO_RECORD}
_OUR_FIELDS = ("identifynum", "username", "mobile")
_INVALID = {"401", "InvalidParameter"}


@dataclass(frozen=True)
class Aliyun(HoldsNothing):
    """``has_phone``: ask with the telephone number, too (``Mobile3MetaSimpleVerify`` instead of ``Id2MetaVerify``)."""

    endpoint: Endpoint
    key_id: str
    secret: str = field(repr=False)
    has_phone: bool = False

    is_outside = True

    @property
    def name(self) -> str:
        return "aliyun-phone" if self.has_phone else "aliyun"

    @property
    def method(self) -> str:
        return "Mobile3MetaSimpleVerify" if self.has_phone else "Id2MetaVerify"

    def can_judge(self, facts: ClaimFacts) -> bool:
        """Mainland resident identity cards alone."""
        return mainland.can_judge(facts, has_phone=self.has_phone)

    def check(self, facts: ClaimFacts, now: datetime) -> Answer:
        body = urlencode(self._fields(facts)).encode()
        headers = self._headers(body, now)
        return mainland.answer(
            lambda: ask(self.endpoint, "POST", headers, body), _read, self.name, self.method, now
        )

    def _fields(self, facts: ClaimFacts) -> dict[str, str]:
        fields = {"IdentifyNum": facts.document.number, "ParamType": "normal", "UserName": facts.name}
        return {**fields, "Mobile": facts.phone} if self.has_phone else fields

    def _headers(self, body: bytes, now: datetime) -> dict[str, str]:
        return signed_headers(
            host=self.endpoint.host,
            path=self.endpoint.path,
            headers={
                "content-type": FORM,
                "x-acs-action": self.method,
                "x-acs-date": f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
                "x-acs-signature-nonce": secrets.token_hex(16),
                "x-acs-version": VERSION,
            },
            body=body,
            key_id=self.key_id,
            secret=self.secret,
        )


def _read(body: bytes) -> tuple[Finding, object]:
    said = read_object(body)
    return _finding(said), said.get("RequestId", "")


def _finding(said: dict[str, Any]) -> Finding:
    """A status of 200 alone is no yes: both codes have to say so."""
    code = str(said.get("Code", ""))
    if code == "200":
        found = said.get("ResultObject")
        finding = _FINDINGS.get(str(found.get("BizCode"))) if isinstance(found, dict) else None
        if finding is None:
            raise Unanswered(Trouble.MALFORMED)
        return finding
    if code in _INVALID and any(each in str(said.get("Message", "")).lower() for each in _OUR_FIELDS):
        return Finding.INVALID_INPUT
    raise Unanswered(_trouble(code))


def _trouble(code: str) -> Trouble:
    if not code:
        return Trouble.MALFORMED
    if code.startswith("InvalidTimeStamp"):
        return Trouble.CLOCK
    return (
        Trouble.OUTAGE
        if code.startswith(("5", "Throttling", "ServiceUnavailable", "InternalError"))
        else Trouble.NOT_ACCEPTED
    )
