"""What a receipt says: the fields of ISO/IEC TS 27560:2023, and what a likeness needs beyond them. Pure.

The fields are named as the W3C's guide to that specification names them (w3id.org/dpv/guides/consent-27560, section 8.2);
words that begin with ``dpv:`` are of its Data Privacy Vocabulary. The document is JSON of text and whole numbers, so that it has one canonical
form (RFC 8785).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from consent.grants.states import DPV_STATES
from consent.receipts.sides import Side
from consent.scope import GrantState

if TYPE_CHECKING:
    from accounts.records.canonical import JSON

SCHEMA_VERSION = "yinji-receipt-1, ISO/IEC TS 27560:2023"
CONSENT_TYPE = "dpv:ExplicitlyExpressedConsent"
SUPERSEDED = "yinji:Superseded"
"""The vocabulary has no state for a consent that a newer one replaced."""
NOT_WITNESSED = "not_witnessed"

MANDATORY = (
    "header.schema_version",
    "header.record_id",
    "header.receipt_id",
    "header.pii_principal_id",
    "processing.privacy_notice",
    "processing.language",
    "processing.purposes[].purpose",
    "processing.purposes[].pii_information",
    "processing.purposes[].pii_information[].pii_type",
    "processing.purposes[].pii_controllers",
    "processing.purposes[].storage_locations",
    "processing.purposes[].retention_period",
    "processing.purposes[].jurisdiction",
    "processing.purposes[].recipient_third_parties",
    "processing.purposes[].withdrawal_method",
    "parties[].party_id",
    "parties[].party_name",
    "parties[].party_address",
    "parties[].party_contact",
    "parties[].party_type",
    "events[].event_time",
    "events[].validity_duration",
    "events[].entity_id",
    "events[].event_type",
    "events[].event_state",
)
"""Every field that the specification makes mandatory; ``[]`` stands behind lists, in each entry of which it must be."""


@dataclass(frozen=True)
class Party:
    """A controller: who they are, and where they can be reached. ``kind`` and ``role`` in words of DPV."""

    id: str
    name: str
    address: str
    contact: str
    kind: str
    role: str


@dataclass(frozen=True)
class Happening:
    """One change of the consent: when, by whom (a name of this receipt) in which role, and what it became."""

    at: datetime
    by: str
    role: str
    state: GrantState
    is_renewal: bool = False


@dataclass(frozen=True)
class Shown:
    """The text that the person agreed to: its language, the SHA-256 of its UTF-8 form, and the version of its template, or empty."""

    language: str
    text_sha256: str
    template: str


@dataclass(frozen=True)
class Assured:
    """How surely the person granted and who they are, as code and in words; ``evidence_sha256``: of the sealed evidence."""

    proof: str
    proof_words: str
    identity: str
    identity_words: str
    evidence_sha256: str


@dataclass(frozen=True)
class Logged:
    """Where the record log holds the change: entry, kind, and its leaf and chain hash in hexadecimal."""

    sequence: int
    kind: str
    at: datetime
    leaf_sha256: str
    chain_sha256: str
    witness_words: str


@dataclass(frozen=True)
class Granted:
    """The consent itself. ``scope``: as :func:`consent.scope.documents.write_scope` writes it."""

    record: str
    state: GrantState
    vocabulary: str
    scope: Mapping[str, Any]
    scope_sha256: str
    consumed: int
    given_at: datetime
    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Facts:
    """All that a receipt is made of. ``principal``: the person's name in this receipt; ``previous``: the receipt that this one updates.

    ``addresses``: of the ``notice``, the ``withdrawal``, the ``check`` and the ``keys``; ``retention``: for how long what is kept.
    """

    reference: str
    side: Side
    version: int
    previous: str
    issued_at: datetime
    principal: str
    granted: Granted
    shown: Shown
    assured: Assured
    logged: Logged | None
    history: Sequence[Happening]
    grantee: Party
    operator: Party
    jurisdictions: Sequence[str]
    retention: Mapping[str, str]
    addresses: Mapping[str, str]


def write_document(facts: Facts) -> dict[str, JSON]:
    """Return the document of a receipt."""
    return {
        "header": _header(facts),
        "processing": _processing(facts),
        "parties": [_party(facts.grantee), _party(facts.operator)],
        "events": [_event(each, facts.granted) for each in facts.history],
        "likeness": _likeness(facts.granted),
        "assurance": _assurance(facts.assured, facts.shown),
        "log": _log(facts.logged),
        "verification": {"check": facts.addresses["check"], "keys": facts.addresses["keys"]},
    }


def missing_fields(document: object) -> tuple[str, ...]:
    """Return which of :data:`MANDATORY` are missing or empty, anywhere. Never raises, whatever it is given."""
    return tuple(path for path in MANDATORY if not all(_is_said(each) for each in _values(document, path)))


def written(at: datetime) -> str:
    """An aware time in UTC, to the second (RFC 3339)."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _header(facts: Facts) -> dict[str, JSON]:
    return {
        "schema_version": SCHEMA_VERSION,
        "record_id": facts.granted.record,
        "receipt_id": facts.reference,
        "receipt_version": facts.version,
        "previous_receipt_id": facts.previous,
        "pii_principal_id": facts.principal,
        "issued_for": facts.side.value,
        "issued_at": written(facts.issued_at),
    }


def _processing(facts: Facts) -> dict[str, JSON]:
    return {
        "privacy_notice": {
            "address": facts.addresses["notice"],
            "text_sha256": facts.shown.text_sha256,
            "template": facts.shown.template,
        },
        "language": facts.shown.language,
        "purposes": [_purpose(str(each), facts) for each in facts.granted.scope["purposes"]],
    }


def _purpose(purpose: str, facts: Facts) -> dict[str, JSON]:
    scope = facts.granted.scope
    return {
        "purpose": purpose,
        "lawful_basis": CONSENT_TYPE,
        "pii_information": [{"pii_type": each} for each in scope["elements"]],
        "pii_controllers": [facts.grantee.id, facts.operator.id],
        "processing_method": list(scope["operations"]),
        "storage_locations": [facts.operator.address],
        "retention_period": dict(facts.retention),
        "geographic_restrictions": list(scope["territories"]),
        "jurisdiction": list(facts.jurisdictions),
        "recipient_third_parties": _recipients(scope),
        "withdrawal_method": facts.addresses["withdrawal"],
    }


def _recipients(scope: Mapping[str, Any]) -> dict[str, JSON]:
    names = ("audience", "recipients", "channels", "may_sublicense", "may_go_abroad")
    return {name: scope[name] for name in names}


def _party(party: Party) -> dict[str, JSON]:
    return {
        "party_id": party.id,
        "party_name": party.name,
        "party_address": party.address,
        "party_contact": party.contact,
        "party_type": party.kind,
        "party_role": party.role,
    }


def _event(event: Happening, granted: Granted) -> dict[str, JSON]:
    return {
        "event_time": written(event.at),
        "validity_duration": f"{written(granted.begins_at)}/{written(granted.ends_at)}",
        "entity_id": event.by,
        "entity_role": event.role,
        "event_type": CONSENT_TYPE,
        "event_state": _state(event),
    }


def _state(event: Happening) -> str:
    if event.state is GrantState.ACTIVE and event.is_renewal:
        return "dpv:RenewedConsentGiven"
    return f"dpv:{DPV_STATES[event.state]}" if event.state in DPV_STATES else SUPERSEDED


def _likeness(granted: Granted) -> dict[str, JSON]:
    return {
        "vocabulary": granted.vocabulary,
        "scope": dict(granted.scope),
        "scope_sha256": granted.scope_sha256,
        "state": granted.state.value,
        "outputs_made": granted.consumed,
        "given_at": written(granted.given_at),
    }


def _assurance(assured: Assured, shown: Shown) -> dict[str, JSON]:
    return {
        "proof": {"code": assured.proof, "words": assured.proof_words},
        "identity": {"code": assured.identity, "words": assured.identity_words},
        "shown_text_sha256": shown.text_sha256,
        "evidence_sha256": assured.evidence_sha256,
    }


def _log(logged: Logged | None) -> dict[str, JSON]:
    if logged is None:
        return {"witness": {"code": NOT_WITNESSED, "words": ""}}
    return {
        "sequence": logged.sequence,
        "kind": logged.kind,
        "at": written(logged.at),
        "leaf_sha256": logged.leaf_sha256,
        "chain_sha256": logged.chain_sha256,
        "witness": {"code": NOT_WITNESSED, "words": logged.witness_words},
    }


def _values(value: object, path: str) -> Iterator[object]:
    """Every value that ``path`` leads to; None where a step leads nowhere."""
    step, _, rest = path.partition(".")
    name = step.removesuffix("[]")
    found = value.get(name) if isinstance(value, Mapping) else None
    followed: Sequence[object] = [found]
    if step.endswith("[]"):
        followed = found if isinstance(found, list) and found else [None]
    for each in followed:
        if rest:
            yield from _values(each, rest)
        else:
            yield each


def _is_said(value: object) -> bool:
    return value is not None and value not in ("", [], {})
