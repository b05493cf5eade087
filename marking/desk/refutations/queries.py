"""Reading refutations."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from marking.desk.refutations.models import Refutation, RefutationVersion, RefutedWork
from marking.desk.refutations.states import VersionState
from marking.registry import lookup
from marking.works import refuting
from marking.works.models import Work

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.users.models import User


def note_on(work: Work) -> refuting.Refutation | None:
    """The newest note that stands on ``work``, be it deleted or not; None where there is none."""
    version = standing_on(work)
    return described(version) if version is not None else None


def standing_on(work: Work) -> RefutationVersion | None:
    """The version that stands on ``work``: of the notes that were not taken back, the one published last."""
    about = RefutedWork.objects.filter(source_sha256=work.source_sha256, is_same=True).values("refutation")
    published = RefutationVersion.objects.filter(refutation__in=about, state=VersionState.PUBLISHED)
    newest: dict[UUID, RefutationVersion] = {}
    for version in published.order_by("decided_at", "pk"):
        newest.pop(version.refutation_id, None)
        newest[version.refutation_id] = version
    standing = [each for each in newest.values() if not each.is_withdrawal]
    return standing[-1] if standing else None


def described(version: RefutationVersion) -> refuting.Refutation:
    """A published version as everybody reads it."""
    path = reverse("refutations:page", args=[version.refutation_id])
    return refuting.Refutation(
        zh=version.zh,
        en=version.en,
        sources=tuple(version.sources),
        signer=version.signer,
        version=version.number,
        published_on=timezone.localdate(version.decided_at).isoformat(),
        address=f"{settings.SITE_URL}{path}",
    )


def history_of(refutation: Refutation) -> QuerySet[RefutationVersion]:
    """Every version that was ever published, oldest first."""
    return refutation.versions.filter(state=VersionState.PUBLISHED)


def public_refutation(pk: UUID) -> Refutation:
    """A note that was published, taken back since or not. Raises Http404 for any other."""
    found = Refutation.objects.filter(pk=pk, versions__state=VersionState.PUBLISHED).first()
    if found is None:
        raise Http404("no such refutation")
    return found


def refutation_for_desk(pk: UUID) -> Refutation:
    """Any note, for staff. Raises Http404 where there is none."""
    found = Refutation.objects.filter(pk=pk).first()
    if found is None:
        raise Http404("no such refutation")
    return found


def works_of(refutation: Refutation) -> list[Work]:
    """Every released work that the note is on: those somebody decided about, and what was uploaded with the same bytes."""
    shas = RefutedWork.objects.filter(refutation=refutation, is_same=True).values("source_sha256")
    found = Work.objects.filter(source_sha256__in=shas, released_at__isnull=False)
    return list(found.select_related("owner").order_by("released_at", "number"))


def candidates_for(refutation: Refutation) -> list[Work]:
    """Works that may tell the same: they look alike, or were edited from one that the note is on. Those decided about are left out."""
    on = works_of(refutation)
    decided = set(refutation.works.values_list("work", flat=True)) | {work.pk for work in on}
    found = {work.pk: work for work in [*_alike(on), *_edited_from(on)]}
    return [work for number, work in sorted(found.items()) if number not in decided]


def _alike(works: Iterable[Work]) -> list[Work]:
    prints = [lookup.by_payload(work.pk) for work in works]
    return [
        registration.work
        for each in prints
        if each is not None and each.is_distinctive
        for registration, _distance in lookup.near(bytes(each.fingerprint))
    ]


def _edited_from(works: Iterable[Work]) -> list[Work]:
    numbers = [work.pk for work in works]
    return list(Work.objects.filter(made_from__in=numbers, released_at__isnull=False))


def proposed_to(reader: User) -> QuerySet[RefutationVersion]:
    """Versions that wait for a second person, oldest first, but those in which ``reader`` has a stake."""
    waiting = RefutationVersion.objects.filter(state=VersionState.PROPOSED)
    others = waiting.exclude(refutation__in=_with_stake_of(reader))
    return others.select_related("refutation", "written_by").order_by("written_at", "pk")


def newest_to(reader: User) -> QuerySet[Refutation]:
    """All notes, newest first, but those in which ``reader`` has a stake: not all of them were ever published."""
    found = Refutation.objects.exclude(pk__in=_with_stake_of(reader))
    return found.prefetch_related("versions", "works__work")


def _with_stake_of(user: User) -> QuerySet[RefutedWork, UUID]:
    """Notes on works of ``user``, and on those of which they complained."""
    theirs = Work.objects.filter(Q(owner=user) | Q(cases__reporter=user)).values("source_sha256")
    about = RefutedWork.objects.filter(source_sha256__in=theirs, is_same=True)
    return about.values_list("refutation", flat=True)
