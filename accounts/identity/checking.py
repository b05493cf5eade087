"""Comparing verified names with the log: who is called more than a record says was made so by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from accounts.identity.models import IdentityClaim
from accounts.identity.states import ClaimState
from accounts.records import deep
from accounts.records.canonical import JSON
from accounts.records.deep import Mismatch
from accounts.records.models import Record

VERIFIED = "identity.verified"
ENDS = ("identity.ended", "identity.replaced")
"""What is told of an accepted name that ends; the first also of one that still waits as its account is erased."""


def mismatches() -> Iterator[Mismatch]:
    """Verified claims whose provider or level is not what their record says, or that no record tells of, and such that were taken away."""
    yield from _raised()
    yield from _taken_away()


def _raised() -> Iterator[Mismatch]:
    claims = IdentityClaim.objects.filter(state=ClaimState.VERIFIED).select_related("user").order_by("pk")
    for page in deep.pages(claims):
        subjects = {_subject(claim) for claim in page}
        told, emptied = _told(subjects), _emptied(subjects)
        for claim in page:
            recorded = told.get((_subject(claim), str(claim.reference)))
            if recorded is None and _subject(claim) in emptied:
                continue  # told once, and its time was over
            if recorded is None:
                yield _mismatch(claim, "identity_without_record", "no record tells that it was accepted")
            elif recorded != (claim.provider, claim.level):
                yield _mismatch(claim, "identity_level", "its provider or level is not what its record says")


def _taken_away() -> Iterator[Mismatch]:
    """Of whom a name was accepted, and neither stands nor was ever said to end."""
    subjects = sorted(deep.subjects_of(VERIFIED))
    for start in range(0, len(subjects), deep.PAGE):
        page = subjects[start : start + deep.PAGE]
        told, standing = deep.told_of(page), _standing(page)
        for subject in page:
            ended = sum(told[subject, kind] for kind in ENDS)
            if told[subject, VERIFIED] > standing[subject] + ended:
                sentence = "An accepted real name is not there, and no record tells that it ended."
                yield Mismatch(subject, "identity_missing", sentence)


def _standing(subjects: Collection[str]) -> Counter[str]:
    """How many accepted names each of a page of people has."""
    numbers = [subject.removeprefix("user:") for subject in subjects]
    claims = IdentityClaim.objects.filter(state=ClaimState.VERIFIED, user__producer_id__in=numbers)
    return Counter(f"user:{number}" for number in claims.values_list("user__producer_id", flat=True))


def _told(subjects: Collection[str]) -> dict[tuple[str, JSON], tuple[JSON, JSON]]:
    """By subject and claim, the provider and level that the last record told of it. What does not open tells nothing."""
    found = {}
    for record in deep.records_of(VERIFIED, about=subjects):
        if body := deep.opened(record):
            found[record.subject, body.get("claim")] = (body.get("provider"), body.get("level"))
    return found


def _emptied(subjects: Collection[str]) -> set[str]:
    """Of whom the body of a record was emptied by retention: it may be the one."""
    emptied = Record.objects.filter(kind=VERIFIED, subject__in=subjects, shredded__isnull=False)
    return set(emptied.values_list("subject", flat=True))


def _subject(claim: IdentityClaim) -> str:
    return f"user:{claim.user.producer_id}"


def _mismatch(claim: IdentityClaim, code: str, what: str) -> Mismatch:
    return Mismatch(_subject(claim), code, f"The accepted real name of {claim.user.producer_id}: {what}.")
