"""Tencent Cloud's face identity service (faceid, version 2018-03-01): two factors, or three with a telephone number.

What of this could not be tried against the live service is said in docs/identity.md.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.identity.providers import mainland
from accounts.identity.providers.exchange import Endpoint, Unanswered, ask, read_object
from accounts.identity.providers.protocol import Answer, ClaimFacts, Finding, HoldsNothing, Trouble
from accounts.identity.providers.tencent_signing import CONTENT_TYPE, authorization

URL = "https://faceid.tencentcloudapi.com"
VERSION = "2018-03-01"
SERVICE = "faceid"

_TWO_FACTORS = {
    "0": Finding.MATCH,
    "-1": Finding.MISMATCH,
    "-2": Finding.INVALID_INPUT,  # number
    "-3": Finding.INVALID_INPUT,  # name
    "-5": Finding.NO_RECORD,
}
_THREE_FACTORS = {
    "0": Finding.MATCH,
    **dict.fromkeys(("-1", "-2", "-3", "-4", "-10"), Finding.MISMATCH),  # all but -4 of earlier versions
    "-5": Finding.NO_RECORD,  # nobody is registered under this telephone number
    **dict.fromkeys(("-6", "-7", "-8"), Finding.INVALID_INPUT),  # telephone, number, name
    "-9": Finding.NO_RECORD,
}
_BUSY = {"-4", "-6", "-7", "-11"}
"""The service's own troubles and its daily limit, where they are nothing else."""


@dataclass(frozen=True)
class Tencent(HoldsNothing):
    """``has_phone``: ask with the telephone number, too (``PhoneVerification`` instead of ``IdCardVerification``)."""

    endpoint: Endpoint
    key_id: str
    secret: str = field(repr=False)
    has_phone: bool = False

    is_outside = True

    @property
    def name(self) -> str:
        return "tencent-phone" if self.has_phone else "tencent"

    @property
    def method(self) -> str:
        return "PhoneVerification" if self.has_phone else "IdCardVerification"

    def can_judge(self, facts: ClaimFacts) -> bool:
        """Mainland resident identity cards alone."""
        return mainland.can_judge(facts, has_phone=self.has_phone)

    def check(self, facts: ClaimFacts, now: datetime) -> Answer:
        fields = {"IdCard": facts.document.number, "Name": facts.name}
        body = json.dumps({**fields, "Phone": facts.phone} if self.has_phone else fields).encode()
        headers = self._headers(body, int(now.timestamp()))
        return mainland.answer(
            lambda: ask(self.endpoint, "POST", headers, body), self._read, self.name, self.method, now
        )

    def _headers(self, body: bytes, timestamp: int) -> dict[str, str]:
        return {
            "Host": self.endpoint.host,
            "Content-Type": CONTENT_TYPE,
            "X-TC-Action": self.method,
            "X-TC-Timestamp": str(timestamp),
            "X-TC-Version": VERSION,
            "Authorization": authorization(
                host=self.endpoint.host,
                path=self.endpoint.path,
                service=SERVICE,
                body=body,
                key_id=self.key_id,
                secret=self.secret,
                timestamp=timestamp,
            ),
        }

    def _read(self, body: bytes) -> tuple[Finding, object]:
        said = _response(body)
        finding = _finding(said, _THREE_FACTORS if self.has_phone else _TWO_FACTORS)
        return finding, said.get("RequestId", "")


def _response(body: bytes) -> dict[str, Any]:
    said = read_object(body).get("Response")
    if not isinstance(said, dict):
        raise Unanswered(Trouble.MALFORMED)
    return said


def _finding(said: dict[str, Any], findings: dict[str, Finding]) -> Finding:
    error = said.get("Error")
    if isinstance(error, dict):
        raise Unanswered(_trouble(str(error.get("Code", ""))))
    result = str(said.get("Result", ""))
    finding = findings.get(result)
    if finding is None:
        raise Unanswered(Trouble.OUTAGE if result in _BUSY else Trouble.MALFORMED)
    return finding


def _trouble(code: str) -> Trouble:
    if code == "AuthFailure.SignatureExpire":
        return Trouble.CLOCK
    is_ours = code.startswith(
        ("AuthFailure", "UnauthorizedOperation", "InvalidParameter", "MissingParameter")
    )
    return Trouble.NOT_ACCEPTED if is_ours else Trouble.OUTAGE
