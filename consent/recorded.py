"""The kinds of events that consents write, and what each has to say."""

from __future__ import annotations

from accounts.records.requirements import Fields, Source, asked_by, each_of
from consent.answers.agreeing import RECORDED
from consent.requests.lifecycle import REQUESTERS_OWN
from consent.requests.states import RequestState
from consent.scope import GrantState
from consent.statements.states import StatementState
from consent.uses.states import UseState

_ASKED = asked_by(Source.CONSENT, "scope_sha256", "version", "vocabulary")
_GRANT = (*_ASKED, *asked_by(Source.DEPICTED, "proof", "evidence_sha256"))
_DECIDED = asked_by(Source.DEPICTED, "subject", "engine", "trace", "decision")
_STATEMENT = asked_by(Source.CONSENT, "scope_sha256", "locale")

_ENDED = frozenset({GrantState.WITHDRAWN, GrantState.REVOKED, GrantState.INVALIDATED})
_ALLOWED = frozenset({UseState.CHECKED, UseState.AWAITING_PREVIEW, UseState.APPROVED})

KINDS: dict[str, Fields] = {
    **each_of("request", REQUESTERS_OWN - {RequestState.HELD}, *_ASKED),
    **each_of("answer", (*(frozenset(RequestState) - REQUESTERS_OWN), "delivered"), *_ASKED),
    **each_of("answer", ("code_wrong", "blocked", *(f"refused_{code}" for code in RECORDED))),
    **each_of("grant", GrantState, *_GRANT),
    **each_of("grant", _ENDED, *_GRANT, *asked_by(Source.WITHDRAWAL, "was")),
    **each_of("use", UseState, *asked_by(Source.DEPICTED, "subject")),
    **each_of("use", (*_ALLOWED, UseState.LIVE), *_DECIDED),
    "use.cut_off": asked_by(Source.WITHDRAWAL, "subject", "grant|reason"),
    **each_of(
        "use", ("approved_by_person", "declined_by_person"), *asked_by(Source.DEPICTED, "subject", "sha256")
    ),
    **each_of("use", ("person_named", "person_left_out"), *asked_by(Source.DEPICTED, "subject", "position")),
    "use.handed_over": asked_by(Source.DEPICTED, "subject", "people"),
    **each_of("statement", (*StatementState, "heard", "recording_removed"), *_STATEMENT),
    "request.reminded": asked_by(Source.CONSENT, "reminders"),
    "rules.unblocked": (),
    "rules.set": asked_by(Source.CONSENT, "who", "listed", "least_level"),
    **each_of("contact", ("opted_out", "opted_in")),
    "receipt.issued": asked_by(Source.CONSENT, "side", "version", "sha256"),
}
