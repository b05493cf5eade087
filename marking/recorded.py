"""The kinds of events that works, their copies and the desk write, and what each has to say."""

from __future__ import annotations

from accounts.records.requirements import Fields, Source, asked_by, each_of
from marking.desk.cases.states import Event

_COPY = asked_by(Source.UNLABELLED, "copy")
_WORDS = asked_by(Source.UNLABELLED, "agreement", "terms", "terms_sha256")
_MADE_BY = asked_by(Source.LOGS, "tool", "tool_version")
_RULES = (
    *asked_by(Source.DEPICTED, "engine"),
    *asked_by(Source.LOGS, "law"),
    *asked_by(Source.AGREEMENT, "agreement|no_agreement"),
)
_WHO = asked_by(Source.IDENTITY, "identity")
_CASE = asked_by(Source.COMPLAINTS, "kind")
_MEASURE = (
    *asked_by(Source.STATING, "measure", "statement"),
    *asked_by(Source.LOGS, "sha256", "is_given_out"),
)


def _case(event: Event, *names: str) -> dict[str, Fields]:
    """A case's event that says more than its kind."""
    return {f"case.{event}": (*_CASE, *asked_by(Source.COMPLAINTS, *names))}


KINDS: dict[str, Fields] = {
    "work.received": (
        *asked_by(Source.REVIEW, "role", "sha256", "bytes", "media_type", "kind", "depicts"),
        *asked_by(Source.REVIEW, "parameters"),
        *_MADE_BY,
        *_WHO,
        *_RULES,
    ),
    "work.released": (
        *asked_by(Source.LOGS, "sha256", "bytes", "media_type", "fingerprint", "input_sha256"),
        *asked_by(Source.LOGS, "audience", "channel", "territory"),
        *_MADE_BY,
        *asked_by(Source.EXPLICIT_LABEL, "visible_label"),
        *asked_by(Source.IMPLICIT_LABEL, "metadata_label"),
        *asked_by(Source.LOGS, "marks"),
        *asked_by(Source.DEPICTED, "consents|no_consent_because"),
        *asked_by(Source.FILING, "filings|no_filings"),
        *_WHO,
        *_RULES,
    ),
    "work.record_completed": asked_by(Source.LOGS, "record", "completes", "said"),
    "work.failed": asked_by(Source.LOGS, "code"),
    "work.faces_found": asked_by(Source.DEPICTED, "faces"),
    "work.faces_answered": asked_by(Source.DEPICTED, "answers"),
    "work.faces_same": asked_by(Source.DEPICTED, "faces"),
    "work.declaration_changed": asked_by(Source.DEPICTED, "depicts", "was"),
    "work.consent_missing": asked_by(Source.DEPICTED, "clauses"),
    **each_of("work", ("consent_ended", "restored"), *asked_by(Source.WITHDRAWAL, "sha256")),
    "work.resemblance_cleared": asked_by(Source.WITHDRAWAL, "reason"),
    "work.deleted": asked_by(Source.ERASURE, "was"),
    "work.files_removed": asked_by(Source.ERASURE, "sha256"),
    "work.downloaded": asked_by(Source.LOGS, "sha256", "recipient", "channel", "territory"),
    "work.unlabelled_copy_requested": (*_COPY, *asked_by(Source.UNLABELLED, "purpose"), *_WORDS),
    "work.unlabelled_copy_made": (*_COPY, *asked_by(Source.UNLABELLED, "sha256", "bytes", "marks")),
    "work.unlabelled_copy_failed": (*_COPY, *asked_by(Source.UNLABELLED, "code")),
    "work.unlabelled_copy_sent": (
        *_COPY,
        *asked_by(Source.UNLABELLED, "sha256", "recipient", "channel", "territory"),
        *_WORDS,
        *_WHO,
    ),
    "work.unlabelled_copy_removed": (*_COPY, *asked_by(Source.UNLABELLED, "sha256")),
    "file.propagated": asked_by(Source.PROPAGATION, "source_sha256", "sha256", "label"),
    **each_of("case", Event, *_CASE),
    **_case(Event.RECEIVED, "hours"),
    **_case(Event.VALID, "received_at", "valid_at", "due_at"),
    **_case(Event.WARNED, "due_at"),
    **_case(Event.PAUSED, "for"),
    **_case(Event.RESUMED, "due_at"),
    **_case(Event.ACCESS_OFF, "works|decided_by"),
    **_case(Event.ACCESS_ON, "work"),
    **_case(Event.PROPOSED, "action"),
    **_case(Event.CONFIRMED, "action"),
    **_case(Event.DECLINED, "action"),
    **_case(Event.PROPOSAL_WITHDRAWN, "action"),
    **_case(Event.IDENTITY_COMPARED, "account"),
    **_case(Event.ORDER_RELEASED, "document_sha256"),
    **each_of("case", (Event.ANSWERED, Event.REJECTED), *_CASE, *asked_by(Source.COMPLAINTS, "text_sha256")),
    "work.traced": asked_by(Source.PROTECTION, "from"),
    **each_of("work", ("blocked", "unblocked"), *_MEASURE),
    **each_of(
        "appeal",
        ("filed", "upheld", "overturned", "overdue"),
        *asked_by(Source.APPEALING, "about", "against_at", "due_at"),
    ),
    **each_of(
        "refutation",
        ("proposed", "published", "declined", "proposal_withdrawn"),
        *asked_by(Source.REFUTING, "version", "withdraws", "text_sha256", "works"),
    ),
    **each_of("refutation", ("copy_confirmed", "copy_dismissed"), *asked_by(Source.REFUTING, "work")),
}
