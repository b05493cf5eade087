"""Whether every grant is one that somebody gave: held against its evidence and its records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256

from accounts.records.canonical import NotCanonical, canonical
from accounts.records.deep import Mismatch, body_of
from accounts.records.models import Record
from accounts.vault.sealing import Damaged, Erased
from consent.grants.evidence import facts_of, proof_of, recorded_state, scope_digest
from consent.grants.models import Grant
from consent.scope import Proof

_GIVEN = ("grant.active", "grant.pending_cooling")
PAGE = 500


def mismatches() -> Iterator[Mismatch]:
    """Every grant that nobody gave as it stands there: made up, or changed in what, by whom or how surely."""
    for grant in Grant.objects.select_related("person", "grantee", "guardian", "evidence").iterator(PAGE):
        for code, sentence in _wrong_with(grant):
            yield Mismatch(grant.log_subject, code, sentence)


def _wrong_with(grant: Grant) -> Iterator[tuple[str, str]]:
    if scope_digest(grant.scope) != grant.scope_sha256:
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
    given = Record.objects.filter(subject=grant.log_subject, kind__in=_GIVEN).order_by("sequence").first()
    if given is None:
        yield "grant_unrecorded", "No record tells that it was given."
        return
    try:
        body = body_of(given)
    except Erased:
        return
    except (Damaged, NotCanonical):
        yield "grant_record", "The record of its giving cannot be opened."
        return
    if not _commits_to(body, grant):
        yield "grant_record", "The record of its giving commits to another scope, or to other evidence."


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
