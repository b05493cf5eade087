"""Turning the access to several works off in one decision, each with its own statement of reasons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone, translation
from django.utils.functional import Promise

from accounts.notices.preferences import preferences_of
from accounts.reasons.schema import Category, Decision, Ground, GroundKind, Keyword, Source, Visibility
from accounts.reasons.services import state
from marking.desk.cases.kinds import Kind
from marking.desk.measures.grounds import basis_of
from marking.desk.measures.queries import standing_on
from marking.desk.measures.services import impose
from marking.works.gate import subject_of

if TYPE_CHECKING:
    from accounts.reasons.models import StatementOfReasons
    from accounts.users.models import User
    from marking.desk.cases.models import Case
    from marking.desk.measures.models import Measure
    from marking.works.models import Work


@dataclass(frozen=True)
class Reasons:
    """Why the access is turned off. Texts that can be translated are said in the language of each owner."""

    ground: GroundKind
    reference: str | Promise
    explanation: str | Promise
    facts: str | Promise
    category: Category
    keywords: tuple[Keyword, ...] = ()

    @classmethod
    def usual(cls, kind: Kind, facts: str | Promise) -> Reasons:
        """What a decision in a case of ``kind`` usually rests on, with the facts of this one."""
        basis = basis_of(kind)
        return cls(basis.ground, basis.reference, basis.explanation, facts, basis.category, basis.keywords)


def take_off(
    *,
    case: Case,
    works: Iterable[Work],
    reasons: Reasons,
    by: User | None,
    confirmed_by: User | None = None,
    now: datetime,
) -> list[Measure]:
    """Turn the access to ``works`` off in ``case``; those of which it is off by this case already are passed over. Call it in a transaction.

    Raises :class:`~accounts.reasons.services.ReasonsInvalid`.
    """
    with transaction.atomic():
        return [
            impose(
                work=work, by=by, statement=_stated(work, case, reasons, by, now), case=case,
                confirmed_by=confirmed_by, now=now,
            )
            for work in sorted(works, key=lambda each: each.pk)
            if not standing_on(work).filter(case=case).exists()
        ]  # fmt: skip


def _stated(work: Work, case: Case, reasons: Reasons, by: User | None, now: datetime) -> StatementOfReasons:
    with translation.override(preferences_of(work.owner).language):
        ground = Ground(reasons.ground, str(reasons.reference), str(reasons.explanation))
        facts = str(reasons.facts)
    return state(
        person=work.owner,
        subject=subject_of(work),
        decision=Decision(visibility=Visibility.DISABLED),
        ground=ground,
        facts=facts,
        category=reasons.category,
        keywords=reasons.keywords,
        content_date=timezone.localdate(work.created_at),
        source=_source(case),
        by=by,
        now=now,
    )


def _source(case: Case) -> Source:
    is_order = case.kind == Kind.AUTHORITY_ORDER
    return Source.OTHER_NOTIFICATION if is_order else Source.NOTICE
