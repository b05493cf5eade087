"""What stands behind a grant: sealed for the person, and bound to the grant under a key that is not in the database."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from django.conf import settings

from accounts.records.canonical import NotCanonical, canonical, parse
from accounts.records.models import Record
from accounts.vault.sealing import Damaged, Erased, is_erased, seal, unseal
from consent.grants.models import Evidence, Grant
from consent.scope import GrantState, Proof

if TYPE_CHECKING:
    from accounts.records.canonical import JSON


def scope_digest(document: Mapping[str, JSON]) -> str:
    """SHA-256 of a scope's canonical form (RFC 8785), in hexadecimal."""
    return sha256(canonical(document)).hexdigest()


def attach(grant: Grant, *, proof: Proof, facts: Mapping[str, JSON]) -> Evidence:
    """Write the evidence of a new grant. ``facts``: JSON of whole numbers and text."""
    content = canonical(facts)
    digest = sha256(content).hexdigest()
    return Evidence.objects.create(
        grant=grant,
        proof=proof,
        sealed=seal(grant.person, content, context=_context(grant)),
        sha256=digest,
        seal=_seal(grant, proof, digest),
    )


def facts_of(grant: Grant) -> Mapping[str, JSON]:
    """Open the evidence. Raises Erased or Damaged (:mod:`accounts.vault.sealing`), NotCanonical, TypeError and Evidence.DoesNotExist."""
    if grant.evidence.emptied_at is not None:
        raise Erased("The time of this evidence is over.")
    facts = parse(unseal(grant.person, grant.evidence.sealed, context=_context(grant)))
    if not isinstance(facts, Mapping):
        raise TypeError(f"expected an object, found {type(facts).__name__}")
    return facts


def readable_facts(grant: Grant) -> Mapping[str, JSON] | None:
    """The same; None where they are erased or damaged, or there are none."""
    try:
        return facts_of(grant)
    except (Erased, Damaged, NotCanonical, TypeError, Evidence.DoesNotExist):
        return None


def is_damaged(grant: Grant) -> bool:
    """Whether what stands here of ``grant`` is not what was written when it was given, or cannot be read. Erased is not damaged."""
    if proof_of(grant) is Proof.CLAIMED:
        return True
    if grant.evidence.emptied_at is not None:
        return False
    return readable_facts(grant) is None and not is_erased(grant.person)


def has_its_scope(grant: Grant) -> bool:
    """Whether the scope in the row is the one that was granted. Of one that was emptied only the digest is left."""
    if grant.emptied_at is not None:
        return True
    try:
        return scope_digest(grant.scope) == grant.scope_sha256
    except NotCanonical:
        return False


def proof_of(grant: Grant) -> Proof:
    """How surely the person gave ``grant``; no more than *claimed* where its evidence is missing or does not fit it."""
    return fitting_proof(grant) if has_its_scope(grant) else Proof.CLAIMED


def fitting_proof(grant: Grant) -> Proof:
    """The same of a grant whose scope was looked at."""
    evidence = getattr(grant, "evidence", None)
    if evidence is None:
        return Proof.CLAIMED
    expected = _seal(grant, evidence.proof, evidence.sha256)
    return Proof(evidence.proof) if hmac.compare_digest(expected, bytes(evidence.seal)) else Proof.CLAIMED


def recorded_state(grant: Grant) -> str:
    """The state in which the log leaves ``grant``; empty where it tells nothing of it."""
    about = Record.objects.filter(subject=grant.log_subject).order_by("-sequence")
    return state_after(about.values_list("kind", flat=True).first() or "")


def state_after(kind: str) -> str:
    """The state in which a grant is left whose last record is of ``kind``; "" means none."""
    return kind.removeprefix("grant.")


def state_of(grant: Grant) -> GrantState:
    """The state of ``grant``: in force only where its row and the log both say so, whoever wrote the row."""
    state = GrantState(grant.state)
    if state is GrantState.ACTIVE and recorded_state(grant) != state:
        return GrantState.INVALIDATED
    return state


def _seal(grant: Grant, proof: str, digest: str) -> bytes:
    """HMAC-SHA-256 (RFC 2104) over what must not be changed about a grant."""
    sealed: dict[str, JSON] = {
        "grant": str(grant.reference),
        "person": grant.person.producer_id,
        "grantee": grant.grantee.producer_id,
        "guardian": grant.guardian.producer_id if grant.guardian else "",
        "vocabulary": grant.vocabulary,
        "scope_sha256": grant.scope_sha256,
        "outputs": grant.outputs,
        "given_at": _moment(grant.given_at),
        "ends_at": _moment(grant.ends_at),
        "proof": str(proof),
        "evidence_sha256": digest,
    }
    return hmac.new(_key(), canonical(sealed), sha256).digest()


def _moment(at: datetime) -> str:
    """A time as it is read back: the database keeps the moment, not the time zone that it was said in."""
    return at.astimezone(UTC).isoformat()


def _key() -> bytes:
    """A key for this purpose alone, derived from the installation's."""
    return hmac.new(bytes.fromhex(settings.KEYS.blind_index_key), b"evidence of grants", sha256).digest()


def _context(grant: Grant) -> str:
    return f"grant.evidence:{grant.reference}"
