"""Whether every grant is one that somebody gave: held against its evidence and its records."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from accounts.records import deep
from accounts.records.canonical import NotCanonical, canonical
from accounts.records.deep import Mismatch, body_of
from accounts.records.models import Record, RecordBody
from accounts.vault.sealing import Damaged, Erased
from consent.grants.bounds import COOLING
from consent.grants.evidence import facts_of, fitting_proof, has_its_scope, state_after
from consent.grants.models import Grant
from consent.scope import Proof

GIVEN = ("grant.active", "grant.pending_cooling")
"""What is written when a grant is given, and again when it comes into force."""
_BESIDE = ("person__person_key", "grantee", "guardian", "evidence")


@dataclass(frozen=True)
class Told:
    """What the log tells of a page of grants, by what it calls them: the kind of the last record of each, and the record of its giving."""

    last: Mapping[str, str]
    given: Mapping[str, Record]


def mismatches() -> Iterator[Mismatch]:
    """Every grant that nobody gave as it stands there: made up, or changed in what, by whom or how surely."""
    missing = deep.subjects_of("grant.")
    for grants in deep.pages(Grant.objects.select_related(*_BESIDE)):
        subjects = [grant.log_subject for grant in grants]
        missing.difference_update(subjects)
        told = _told(subjects)
        for grant in grants:
            for code, sentence in _wrong_with(grant, told):
                yield Mismatch(grant.log_subject, code, sentence)
    for subject in sorted(missing):
        yield Mismatch(subject, "grant_missing", "The log tells of a grant that is not there.")


def _told(subjects: Collection[str]) -> Told:
    about = Record.objects.filter(subject__in=subjects).order_by("sequence")
    given: dict[str, Record] = {}
    for record in deep.records_of(*GIVEN, about=subjects):
        given.setdefault(record.subject, record)
    return Told(dict(about.values_list("subject", "kind")), given)


def _wrong_with(grant: Grant, told: Told) -> Iterator[tuple[str, str]]:
    has_scope = has_its_scope(grant)
    if not has_scope:
        yield "grant_scope", "The scope is not the one that was granted."
    if not has_scope or fitting_proof(grant) is Proof.CLAIMED:
        yield "grant_evidence", "There is no evidence that fits it: nobody gave this consent."
    elif not _is_evidence_whole(grant):
        yield "grant_evidence_changed", "The evidence is not what was written when it was given."
    if state_after(told.last.get(grant.log_subject, "")) != grant.state:
        yield "grant_state", "The log tells of another state."
    yield from _wrong_with_record(grant, told.given.get(grant.log_subject))


def _wrong_with_record(grant: Grant, given: Record | None) -> Iterator[tuple[str, str]]:
    """What is wrong beside the record of the giving."""
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
    if not _is_between_them(given, grant):
        yield (
            "grant_people",
            "The record of its giving is about another person, or its scope names another grantee.",
        )


def _is_between_them(given: Record, grant: Grant) -> bool:
    """Whether the log knows the giver as the person, and the scope, to which it commits, who is granted something."""
    key = given.body.person_key
    is_of_person = key is not None and key.user_id == grant.person_id
    return is_of_person and (
        grant.emptied_at is not None or grant.scope.get("grantee") == grant.grantee.producer_id
    )


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
