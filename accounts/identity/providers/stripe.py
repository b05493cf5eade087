"""Stripe Identity: a page of Stripe's own where people show a document and their face.

A session is opened under a secret of the visit, the person goes to its page, and when they are back the session is fetched by the
id that it was opened under. Messages of Stripe (webhooks) are neither waited for nor taken, so that there is none to forge.
Source: Stripe's API reference, VerificationSession. What of this could not be tried against the live service is said in
docs/identity.md.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from accounts.identity.documents import normalise
from accounts.identity.levels import Level
from accounts.identity.providers.exchange import (
    FORM,
    Endpoint,
    Reply,
    Unanswered,
    ask,
    content_of,
    read_object,
)
from accounts.identity.providers.protocol import (
    Answer,
    Evidence,
    Finding,
    Journey,
    Person,
    Trouble,
    Visit,
    full_name,
)

URL = "https://api.stripe.com"
PAGES = "https://verify.stripe.com"
"""Where Stripe shows its pages: the other origin that a session may lead to."""
VERSION = "2024-09-30.acacia"
SESSIONS = "/v1/identity/verification_sessions"
_LIVE_KEY = re.compile(r"[rs]k_live_[A-Za-z0-9]+")
_SESSION = re.compile(r"vs_[A-Za-z0-9_]{1,97}")
_ASKED = {
    "type": "document",
    "options[document][require_live_capture]": "true",
    "options[document][require_matching_selfie]": "true",
}
_EXPANDED = ("verified_outputs.dob", "last_verification_report.document.number")
"""What a session shows only where it is asked for, and to a restricted key alone."""
_FINDINGS = {
    **dict.fromkeys(("selfie_face_mismatch", "selfie_manipulated"), Finding.MISMATCH),
    **dict.fromkeys(
        (
            "document_expired", "document_type_not_supported", "document_unverified_other",
            "selfie_document_missing_photo", "selfie_unverified_other",
        ),
        Finding.INVALID_INPUT,
    ),
}  # fmt: skip
"""What went wrong with what was shown. With any other code, or none, nothing was: refused, abandoned, too young, not supported."""

logger = logging.getLogger(__name__)


def is_live_key(secret: str) -> bool:
    """Whether ``secret`` looks like a key with which somebody real is asked."""
    return _LIVE_KEY.fullmatch(secret) is not None


@dataclass(frozen=True)
class StripeProvider:
    """``secret``: a restricted key that may write sessions and read their sensitive results."""

    endpoint: Endpoint
    secret: str = field(repr=False)

    name: ClassVar[str] = "stripe"
    method: ClassVar[str] = "document_and_selfie"
    brings_code: ClassVar[bool] = False

    @property
    def issuer(self) -> str:
        return self.endpoint.url

    def begin(self, journey: Journey, state: str, back: str) -> Visit | None:
        place = f"{back}?{urlencode({'state': state})}"
        body = urlencode({**_ASKED, "client_reference_id": journey.challenge, "return_url": place})
        headers = {"Content-Type": FORM, "Idempotency-Key": journey.nonce}
        try:
            said = _session(content_of(self._ask("POST", "", headers, body=body.encode())), journey)
            return Visit(self._page(said), said["id"])
        except Unanswered as error:
            logger.warning("%s did not answer: %s", self.name, error.trouble)
            return None

    def redeem(self, code: str, journey: Journey, back: str, now: datetime) -> Answer:
        """``code``: the session."""
        query = urlencode([("expand[]", each) for each in _EXPANDED])
        try:
            body = content_of(self._ask("GET", code, query=query))
            finding, person = _found(_session(body, journey, code))
        except Unanswered as error:
            logger.warning("%s did not answer: %s", self.name, error.trouble)
            return Answer(Finding.UNAVAILABLE, self.name, self.method, now, trouble=error.trouble)
        level = Level.THIRD_PARTY_MATCH if person else Level.NONE
        return Answer(
            finding,
            self.name,
            self.method,
            now,
            level,
            reference=code,
            evidence=Evidence.of(body),
            person=person,
        )

    def erase(self, session: str) -> bool:
        """Stripe redacts a session that is not being processed, within four days, with all that belongs to it."""
        try:
            reply = self._ask("GET", session)
            if reply.status == 404:
                return True
            said = read_object(content_of(reply))
            if not said.get("redaction"):
                said = read_object(content_of(self._ask("POST", f"{session}/redact")))
        except Unanswered as error:
            logger.warning("%s did not erase: %s", self.name, error.trouble)
            return False
        return bool(said.get("redaction"))

    def _ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        *,
        body: bytes = b"",
        query: str = "",
    ) -> Reply:
        url = f"{self.endpoint.url.rstrip('/')}{SESSIONS}{'/' if path else ''}{path}"
        usual = {
            "Accept": "application/json",
            "Authorization": f"Bearer {self.secret}",
            "Stripe-Version": VERSION,
        }
        return ask(self.endpoint.at(url), method, {**usual, **(headers or {})}, body, query)

    def _page(self, said: Mapping[str, Any]) -> str:
        """Where the person goes, at Stripe and nowhere else."""
        url = str(said.get("url", ""))
        known = replace(self.endpoint, others=self.endpoint.others | {PAGES})
        known.at(url.partition("#")[0].partition("?")[0])
        return url


def _session(body: bytes, journey: Journey, expected: str = "") -> dict[str, Any]:
    """The session of this visit, a real one: in test mode anybody passes as anybody."""
    said = read_object(body)
    found = said.get("id")
    if said.get("object") != "identity.verification_session" or not isinstance(found, str):
        raise Unanswered(Trouble.MALFORMED)
    if not _SESSION.fullmatch(found):
        raise Unanswered(Trouble.MALFORMED)
    if found != (expected or found) or said.get("client_reference_id") != journey.challenge:
        raise Unanswered(Trouble.FORGED)
    if said.get("livemode") is not True:
        raise Unanswered(Trouble.NOT_ACCEPTED)
    return said


def _found(said: Mapping[str, Any]) -> tuple[Finding, Person | None]:
    status = said.get("status")
    if said.get("redaction"):
        return Finding.NO_RECORD, None
    if status == "processing":
        raise Unanswered(Trouble.NOT_READY)
    if status == "verified":
        return Finding.MATCH, _person(said)
    if status not in {"requires_input", "canceled"}:
        raise Unanswered(Trouble.MALFORMED)
    return _FINDINGS.get(str(_part(said, "last_error").get("code")), Finding.NO_RECORD), None


def _person(said: Mapping[str, Any]) -> Person:
    """Whom the document is of. Stripe names nobody by itself: the subject is the SHA-256 of the document's country, kind and number."""
    outputs, document = (
        _part(said, "verified_outputs"),
        _part(_part(said, "last_verification_report"), "document"),
    )
    name = full_name(_text(outputs, "first_name"), _text(outputs, "last_name"))
    number = normalise(_text(document, "number"))
    country, kind = _text(document, "issuing_country"), _text(document, "type")
    if not (name and number and country and kind):
        raise Unanswered(Trouble.MALFORMED)
    subject = hashlib.sha256(f"{country}:{kind}:{number}".encode()).hexdigest()
    return Person(subject, name, _birth_date(_part(outputs, "dob")))


def _birth_date(said: Mapping[str, Any]) -> date | None:
    try:
        return date(said["year"], said["month"], said["day"])
    except (KeyError, TypeError, ValueError):  # not every document tells all of it
        return None


def _part(said: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = said.get(name)
    return found if isinstance(found, dict) else {}


def _text(said: Mapping[str, Any], name: str) -> str:
    found = said.get(name)
    return found.strip() if isinstance(found, str) else ""
