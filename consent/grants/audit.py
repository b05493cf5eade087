"""Whether every grant is one that somebody gave: held against its evidence and its records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256

from accounts.records import deep
from accounts.records.canonical import NotCanonical, canonical
from accounts.records.deep import Mismatch, body_of
from accounts.records.models import Record, RecordBody
from accounts.vault.sealing import Damaged, Erased
from consent.grants.bounds import COOLING
from consent.grants.evidence import facts_of, has_its_scope, proof_of, recorded_state
from consent.grants.models import Grant
from consent.scope import Proof

GIVEN = ("grant.active", "grant.pending_cooling")
"""What is written when a grant is given, and again when it comes into force."""


def mismatches() -> Iterator[Mismatch]:
    """Every grant that nobody gave as it stands there: made up, or changed in what, by whom or how surely."""
    told = {record.subject for record in deep.records_of("grant.")}
    for grant in Grant.objects.select_related("person", "grantee", "guardian", "evidence").iterator(
        deep.PAGE
    ):
        told.discard(grant.log_subject)
        for code, sentence in _wrong_with(grant):
            yield Mismatch(grant.log_subject, code, sentence)
    for subject in sorted(told):
        yield Mismatch(subject, "grant_missing", "The log tells of a grant that is not there.")


def _wrong_with(grant: Grant) -> Iterator[tuple[str, str]]:
    if not has_its_scope(grant):
        yield "grant_scope", "The scope is not the one that was granted."
    if proof_of(grant) is Proof.CLAIMED:
        yield "grant_evidence", "There is no evidence that fits it: nobody gave this consent."
    elif not _is_evidence_whole(grant):
        yield "grant_evidence_changed", "The evidence is not what was written when it was given."
    if recorded_state(grant) != grant.state:
        yield "grant_state", "The log tells of another state."
    yield from _wrong_with_record(grant)


def _wrong_with_record(grant: Grant) -> Iterator[tuple[str, str]]:
    """What is wrong beside the record of the giving."""
    given = Record.objects.filter(subject=grant.log_subject, kind__in=GIVEN).order_by("sequence").first()
    if given is None:
        yield "grant_unrecorded", "No record tells that it was given."
        return
    try:
        body = body_of(given)
    except Erased:
        return
    except (Damaged, NotCanonical, RecordBody.DoesNotExist):
        yield "grant_record", "The record of its giving cannot be opened."
        return
    if given.kind == GIVEN[1] and grant.cools_until != grant.given_at + COOLING:
        yield "grant_cooling", "The day to think it over is not the one that it began with."
    if isinstance(body, Mapping) and body.get("renews", _renews(grant)) != _renews(grant):
        yield "grant_renews", "The record of its giving tells that it renews another grant, or none."
    if not _commits_to(body, grant):
        yield "grant_record", "The record of its giving commits to another scope, or to other evidence."


def _renews(grant: Grant) -> str | None:
    return str(grant.renews_id) if grant.renews_id else None


def _commits_to(body: object, grant: Grant) -> bool:
    evidence = getattr(grant, "evidence", None)
    if evidence is None or not isinstance(body, Mapping):
        return False
    said = body.get("scope_sha256"), body.get("evidence_sha256"), body.get("proof")
    return said == (grant.scope_sha256, evidence.sha256, evidence.proof)


def _is_evidence_whole(grant: Grant) -> bool:
    """Whether the sealed facts are those that the evidence names by their hash. What is erased cannot be asked."""
    try:
        content = canonical(facts_of(grant))
    except Erased:
        return True
    except (Damaged, NotCanonical, TypeError):
        return False
    return sha256(content).hexdigest() == grant.evidence.sha256
