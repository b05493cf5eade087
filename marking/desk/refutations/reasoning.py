"""Reasons of a note on a work, for its owner: a label on content is a restriction like others (Digital Services Act Art. 17;
``DECISION_VISIBILITY_CONTENT_LABELLED`` of its Transparency Database)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.notices.preferences import preferences_of
from accounts.notices.services import notify
from accounts.reasons.schema import Decision, Ground, Source, Visibility
from accounts.reasons.services import state
from marking.desk.cases.kinds import Kind
from marking.desk.measures.grounds import basis_of
from marking.desk.refutations.kinds import OWN_REFUTED
from marking.desk.refutations.models import Labelling, RefutationVersion, RefutedWork
from marking.desk.refutations.queries import standing_on, works_of
from marking.works.gate import subject_of
from marking.works.models import Work

if TYPE_CHECKING:
    from accounts.reasons.models import StatementOfReasons
    from accounts.users.models import User

MOST_AT_ONCE = 100


def state_reasons(version: RefutationVersion, *, by: User, now: datetime) -> None:
    """State to each owner of a work that ``version`` is on why it is, once. Call it in the transaction that puts it there."""
    for work in works_of(version.refutation):
        if not Labelling.objects.filter(version=version, work=work).exists():
            _label(version, work, by, now)


def state_of_uploaded_again(*, now: datetime) -> int:
    """State it of works that carry a note since they were released, as they were uploaded with the same bytes; count them. Safe to call twice.

    No human decided about those: what they are was decided before.
    """
    on = RefutedWork.objects.filter(is_same=True).values("source_sha256")
    untold = Work.objects.filter(source_sha256__in=on, released_at__isnull=False).exclude(
        Exists(Labelling.objects.filter(work=OuterRef("pk")))
    )
    return sum(
        _state_late(work, now) for work in untold.select_related("owner").order_by("pk")[:MOST_AT_ONCE]
    )


def _state_late(work: Work, now: datetime) -> bool:
    version = standing_on(work)
    if version is None or version.decided_at is None or work.released_at is None:
        return False
    by = version.decided_by if work.released_at <= version.decided_at else None
    with transaction.atomic():
        Work.objects.select_for_update().get(pk=work.pk)
        if Labelling.objects.filter(version=version, work=work).exists():
            return False
        _label(version, work, by, now)
    return True


def _label(version: RefutationVersion, work: Work, by: User | None, now: datetime) -> None:
    statement = _stated(version, work, by, now)
    Labelling.objects.create(version=version, work=work, statement=statement)
    notify(
        user=work.owner, kind=OWN_REFUTED.code, subject=subject_of(work), params={"work": work.code},
        url_args=[str(statement.puid)], now=now,
    )  # fmt: skip


def _stated(version: RefutationVersion, work: Work, by: User | None, now: datetime) -> StatementOfReasons:
    basis = basis_of(Kind.FALSE_INFORMATION)
    with translation.override(preferences_of(work.owner).language):
        ground = Ground(basis.ground, str(basis.reference), str(basis.explanation))
        # The note itself may name who is shown, and a statement names nobody.
        facts = _(
            "What the work tells is not so. Version %(version)d of a note that says what is so, with its sources, is shown wherever this site "
            "shows the work. One member of the staff wrote it, and another one published it. The work is given out as before."
        ) % {"version": version.number}  # fmt: skip
    return state(
        person=work.owner,
        subject=subject_of(work),
        decision=Decision(visibility=Visibility.LABELLED),
        ground=ground,
        facts=facts,
        category=basis.category,
        keywords=basis.keywords,
        content_date=timezone.localdate(work.created_at),
        source=Source.VOLUNTARY,
        is_detected_by_machine=by is None,
        by=by,
        is_told_apart=True,
        now=now,
    )
