"""Stripe Identity on this machine: sessions opened once for each key of idempotency, their page, what they found, redaction.

It refuses what the real one refuses: a wrong key, a version or a parameter that nobody asked it to know, the same key of idempotency
with other parameters, and to redact what is being processed. What a session found is shown where it is asked for, and not before.
"""

from __future__ import annotations

import copy
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from accounts.identity.providers.protocol import Finding

from .fake_servers import SECRET, Asked, Said, said

PLACE = "/v1/identity/verification_sessions"
PARAMETERS = {
    "type",
    "client_reference_id",
    "return_url",
    "options[document][require_live_capture]",
    "options[document][require_matching_selfie]",
}
OUTPUTS = {"first_name": "Ada", "last_name": "Lovelace", "dob": {"day": 3, "month": 2, "year": 1990}}
DOCUMENT = {"status": "verified", "type": "passport", "issuing_country": "GB", "number": "123 456 789"}
OUTCOMES: dict[Finding, dict[str, Any]] = {
    Finding.MATCH: {"status": "verified"},
    Finding.MISMATCH: {"status": "requires_input", "last_error": {"code": "selfie_face_mismatch"}},
    Finding.NO_RECORD: {"status": "requires_input", "last_error": {"code": "consent_declined"}},
    Finding.INVALID_INPUT: {"status": "requires_input", "last_error": {"code": "document_expired"}},
}


@dataclass
class Stripe:
    """``url`` is set once it serves. ``outcome``: what the next person's visit changes in the session; the rest is what it found."""

    clock: datetime
    url: str = ""
    outcome: dict[str, Any] = field(default_factory=lambda: OUTCOMES[Finding.MATCH])
    outputs: dict[str, Any] = field(default_factory=lambda: dict(OUTPUTS))
    document: dict[str, Any] = field(default_factory=lambda: dict(DOCUMENT))
    changes: dict[str, Any] = field(default_factory=dict)
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    opened: dict[str, tuple[bytes, Said]] = field(default_factory=dict)

    findings = tuple(OUTCOMES)

    @property
    def reference(self) -> str:
        """Its own number of the visit that ended last."""
        return list(self.sessions)[-1]

    def reset(self, clock: datetime) -> None:
        self.__dict__.update(Stripe(clock, self.url).__dict__)

    def show(self, finding: Finding) -> None:
        self.outcome = OUTCOMES[finding]

    def is_another(self) -> None:
        """The next person shows another document."""
        self.document = {**DOCUMENT, "number": "987654321"}

    def visit(self, address: str) -> dict[str, str]:
        """What the person does on its page, once: what their browser brings back."""
        (session,) = [each for each in self.sessions.values() if each["url"] == address]
        back = dict(parse_qsl(urlsplit(self.places[session["id"]]).query))
        session.update(self.outcome, url=None)
        return back

    def __call__(self, asked: Asked) -> Said:
        if asked.headers.get("authorization") != f"Bearer {SECRET}":
            return _refused(401, "Invalid API Key provided")
        assert asked.headers["stripe-version"] == "2024-09-30.acacia"
        path, _, query = asked.path.partition("?")
        name, _, act = path.removeprefix(PLACE).strip("/").partition("/")
        if asked.method == "POST" and not name:
            return self._open(asked)
        if name not in self.sessions:
            return _refused(404, "No such verificationsession", code="resource_missing")
        if asked.method == "POST" and act == "redact":
            return self._redact(self.sessions[name])
        return said(200, self._shown(name, parse_qs(query).get("expand[]", [])))

    def _open(self, asked: Asked) -> Said:
        key, given = asked.headers["idempotency-key"], dict(parse_qsl(asked.body.decode()))
        if key in self.opened:
            body, answer = self.opened[key]
            is_same = body == asked.body
            return (
                answer if is_same else _refused(400, "Keys for idempotent requests", kind="idempotency_error")
            )
        if unknown := given.keys() - PARAMETERS:
            return _refused(400, f"Received unknown parameters: {unknown}", code="parameter_unknown")
        found = f"vs_{secrets.token_hex(12)}"
        self.places[found] = given["return_url"]
        self.sessions[found] = {
            "id": found,
            "object": "identity.verification_session",
            "type": given["type"],
            "client_reference_id": given["client_reference_id"],
            "client_secret": f"{found}_secret_{secrets.token_hex(8)}",
            "created": int(self.clock.timestamp()),
            "last_error": None,
            "last_verification_report": None,
            "livemode": True,
            "metadata": {},
            "redaction": None,
            "status": "requires_input",
            "url": f"{self.url}/start/{secrets.token_hex(12)}",
            **self.changes,
        }
        answer = said(200, self.sessions[found])
        self.opened[key] = asked.body, answer
        return answer

    def _shown(self, name: str, expanded: list[str]) -> dict[str, Any]:
        shown = copy.deepcopy(self.sessions[name])
        if shown["status"] != "verified" or shown["redaction"]:
            return shown
        shown["last_verification_report"] = "vr_1"
        if "verified_outputs.dob" in expanded:
            shown["verified_outputs"] = self.outputs
        if "last_verification_report.document.number" in expanded:
            shown["last_verification_report"] = {"id": "vr_1", "type": "document", "document": self.document}
        return shown

    def _redact(self, session: dict[str, Any]) -> Said:
        if session["status"] not in {"requires_input", "verified"} or session["redaction"]:
            return _refused(400, f"A session that is {session['status']} cannot be redacted.")
        status = "canceled" if session["status"] == "requires_input" else session["status"]
        session.update(
            status=status, redaction={"status": "processing"}, client_reference_id="[redacted]", url=None
        )
        return said(200, session)


def _refused(status: int, message: str, kind: str = "invalid_request_error", **more: str) -> Said:
    return said(status, {"error": {"type": kind, "message": message, **more}})
