"""The kinds of events that accounts write, and what each has to say."""

from __future__ import annotations

from accounts.records.requirements import Fields, Source, asked_by, each_of

_CLAIM = (
    *asked_by(Source.IDENTITY, "claim", "document", "number", "provider", "level", "commitment", "attempt"),
)
_OPENED = asked_by(
    Source.PROTECTION,
    "asker",
    "approvers",
    "basis",
    "reason",
    "document_sha256",
    "fields",
    "starts_at",
    "ends_at",
    "told",
)
_SANCTION = asked_by(Source.REVIEW, "sanction", "step")
_ORGANISATION = asked_by(Source.IDENTITY, "organisation", "uscc", "representative", "state")
_MANDATE = asked_by(Source.IDENTITY, "mandate", "organisation", "delegate", "scopes", "ends_at")
_GUARDIANSHIP = asked_by(Source.GUARDIAN, "ward", "guardian", "relation")

KINDS: dict[str, Fields] = {
    **each_of("account", ("created", "operator_created", "deletion_cancelled")),
    **each_of("account", ("role_given", "role_taken"), *asked_by(Source.MANAGEMENT, "role")),
    "account.sessions_ended": asked_by(Source.NETWORK_LOGS, "sessions"),
    "account.deletion_requested": asked_by(Source.ERASURE, "promised"),
    "account.erased": asked_by(Source.ERASURE, "requested", "promised"),
    "agreement.published": asked_by(Source.AGREEMENT, "version", "sha256"),
    "agreement.accepted": asked_by(Source.MARKING_TERMS, "version", "sha256", "on_behalf"),
    **each_of("api", ("client_created", "client_revoked"), *asked_by(Source.NETWORK_LOGS, "scopes")),
    **each_of("identity", ("submitted", "withdrawn", "ended", "viewed"), *_CLAIM),
    "identity.verified": (*_CLAIM, *asked_by(Source.IDENTITY, "method", "statement")),
    **each_of("identity", ("rejected", "replaced"), *_CLAIM, *asked_by(Source.IDENTITY, "reason")),
    "identity.checked": asked_by(
        Source.IDENTITY, "question", "provider", "method", "finding", "level", "tries"
    ),
    **each_of("organisation", ("submitted", "verified"), *_ORGANISATION),
    **each_of("organisation", ("rejected", "ended"), *_ORGANISATION, *asked_by(Source.IDENTITY, "reason")),
    "organisation.acted": asked_by(Source.IDENTITY, "organisation", "uscc", "person", "mandate", "scope"),
    **each_of("mandate", ("given", "revoked"), *_MANDATE),
    "identity.compared": asked_by(Source.PROTECTION, "is_theirs"),
    "identity.matched": asked_by(Source.PROTECTION, "case", "is_same"),
    "access.asked": asked_by(
        Source.PROTECTION,
        "request_sha256",
        "document_sha256",
        "basis",
        "fields",
        "persons",
        "minutes",
        "opens_before",
    ),
    **each_of(
        "access",
        ("approved_first", "approved_second"),
        *asked_by(Source.PROTECTION, "roles", "credential_id"),
    ),
    **each_of("access", ("approval_refused", "failed"), *asked_by(Source.PROTECTION, "code")),
    **each_of("access", ("refused", "cancelled", "expired", "closed", "told", "gag_ended", "content_erased")),
    "access.opened": _OPENED,
    "access.viewed": asked_by(Source.PROTECTION, "viewing"),
    "access.digest_sent": asked_by(Source.AUDIT, "asked", "opened", "views", "persons", "gagged"),
    "reasons.stated": asked_by(
        Source.STATING,
        "about",
        "visibility|provision|account",
        "ground",
        "category",
        "automated",
        "document_sha256",
    ),
    **each_of("sanction", ("proposed", "declined", "proposal_withdrawn", "lifted", "ended"), *_SANCTION),
    "sanction.imposed": (*_SANCTION, *asked_by(Source.STATING, "reasons_sha256")),
    **each_of("guardian", ("claimed", "confirmed", "handed_over"), *_GUARDIANSHIP),
    "guardian.turned_down": (*_GUARDIANSHIP, *asked_by(Source.GUARDIAN, "reason")),
    "retention.shredded": asked_by(
        Source.NETWORK_LOGS, "class", "months", "before", "count", "up_to", "emptied"
    ),
    "retention.emptied": asked_by(Source.ERASURE, "content", "class", "months", "before", "count", "rows"),
    **each_of(
        "hold",
        ("proposed", "proposal_withdrawn", "declined", "confirmed", "lift_asked", "lifted", "kept"),
        *asked_by(Source.PROTECTION, "subject", "case", "document_sha256", "ends_at"),
    ),
    **each_of(
        "export", ("asked", "made", "downloaded", "removed", "failed"), *asked_by(Source.ACCESS, "export")
    ),
    **each_of("key", ("added", "removed", "reordered"), *asked_by(Source.NETWORK_LOGS, "key", "keys")),
    "key.rotated": asked_by(Source.NETWORK_LOGS, "key", "changed", "left"),
    "log.frozen": asked_by(Source.LOGS, "origin", "successor"),
    "log.opened": asked_by(Source.LOGS, "origin", "predecessor", "size", "root"),
    "account.erasure_postponed": asked_by(Source.ERASURE, "promised"),
    "webhook.added": asked_by(Source.NETWORK_LOGS, "url"),
    **each_of("webhook", ("secret_changed", "enabled", "removed", "disabled")),
}
