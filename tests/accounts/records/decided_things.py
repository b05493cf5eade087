"""One row of each table whose changes of state owe a record, how somebody who holds the database changes it, and what the log calls it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import F
from django.utils import timezone

from accounts.records import owing
from accounts.users.models import User
from accounts.users.services import publish_agreement
from marking.desk.measures.services import impose
from marking.desk.refutations.services import Wording, write
from marking.unlabelled.models import UnlabelledCopy
from marking.works.models import Work
from tests.accounts.reasons.statements import stated
from tests.architecture.granted_things import granted_things, mandated
from tests.consent.depicting import published, work_of
from tests.consent.people import NUMBERS, account, granted
from tests.marking.desk.complaints import filed

Values = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """``values``: the columns that say another state, by ``by`` where somebody has to; ``subject``: what the log calls a row then."""

    values: Callable[[User], Values]
    subject: Callable[[Any], str]
    of: dict[str, str] | None = None
    """Which rows can change so; None for all."""


def everything() -> Work:
    """One row of each; answers with the work that was released."""
    person = account("lin@example.com", "Lin Mei")
    creator = account("creator@example.com", "Ada Lovelace", NUMBERS[1])
    work, _use = published(creator, granted(person, creator))
    granted_things(person, creator)
    mandated(creator)
    filed()
    _take_down(work_of(creator, "released", source_sha256="8" * 64), person)
    _propose_note(work_of(creator, "released", source_sha256="9" * 64), person)
    _make_copy(work)
    return work


def _take_down(work: Work, by: User) -> None:
    impose(work=work, by=by, statement=stated(work.owner))


def _propose_note(work: Work, by: User) -> None:
    write(
        by=by,
        work=work,
        wording=Wording(
            "画面所示的讲话从未发生。", "It never happened at all.", ["https://example.com/"], "Y"
        ),
    )


def _make_copy(work: Work) -> None:
    UnlabelledCopy.objects.create(
        work=work, requested_by=work.owner, agreement=publish_agreement(), terms_version=1, terms_sha256="0" * 64, state="making",
        leased_until=timezone.now() + timedelta(hours=1),
    )  # fmt: skip


def _logged(row: Any) -> str:
    return str(row.log_subject)


def _at(**values: Any) -> Callable[[User], Values]:
    """Values of which ``now`` stands for the time and ``by`` for somebody."""
    return lambda by: {
        name: {"now": timezone.now(), "by": by.pk}.get(said, said) if isinstance(said, str) else said
        for name, said in values.items()
    }


CHANGES: dict[str, Change] = {
    "accounts_identityclaim": Change(
        _at(state="ended", level=0, recheck_at=None), lambda row: f"user:{row.user.producer_id}"
    ),
    "accounts_guardianship": Change(_at(ended_at="now"), lambda row: f"user:{row.ward.producer_id}"),
    "accounts_organisation": Change(
        _at(state="ended", decided_at="now"), lambda row: f"organisation:{row.pk}"
    ),
    "accounts_mandate": Change(_at(revoked_at="now"), lambda row: f"organisation:{row.organisation_id}"),
    "accounts_sanction": Change(_at(state="lifted", lifted_at="now", lifted_by=F("proposed_by")), _logged),
    "accounts_elevation": Change(_at(state="cancelled", ended_at="now"), _logged),
    "accounts_legalhold": Change(_at(withdrawn_at="now"), _logged),
    "accounts_datacopy": Change(_at(state="removed"), _logged),
    "consent_request": Change(_at(state="expired"), lambda row: str(row.answer_subject)),
    "consent_statement": Change(_at(state="lapsed"), _logged),
    "consent_grant": Change(_at(state="withdrawn", ended_at="now"), _logged),
    "consent_use": Change(_at(state="cut_off", cut_off_at="now"), _logged),
    "marking_work": Change(_at(state="deleted", deleted_at="now"), lambda row: f"work:{row.code}"),
    "marking_unlabelledcopy": Change(
        _at(state="failed", failure="broken"), lambda row: f"work:{row.work.code}"
    ),
    "marking_measure": Change(_at(lifted_at="now", lifted_by="by"), lambda row: f"work:{row.work.code}"),
    "marking_case": Change(_at(state="in_review", taken_by="by"), lambda row: f"case:{row.code}"),
    "marking_appeal": Change(_at(state="upheld", decided_at="now", decided_by="by"), _logged),
    "marking_refutationversion": Change(
        _at(state="declined", decided_at="now", decided_by="by"),
        lambda row: f"refutation:{row.refutation_id}",
        {"state": "proposed"},
    ),
}


def rows_of(table: str) -> models.QuerySet[Any]:
    """The rows of ``table`` that are changed."""
    (model,) = (each for each in apps.get_models() if each._meta.db_table == table)
    return model._default_manager.filter(**(CHANGES[table].of or {}))


def change(table: str) -> None:
    """Change the state of its rows with a bare UPDATE."""
    somebody = User.objects.get_or_create(email="holds.the.database@example.com")[0]
    assert rows_of(table).update(**CHANGES[table].values(somebody))


def states_of(table: str) -> list[tuple[Any, ...]]:
    """What its watched columns say."""
    (debtor,) = (each for each in owing.registered() if each.table == table)
    (model,) = (each for each in apps.get_models() if each._meta.db_table == table)
    return sorted(model._default_manager.values_list("pk", *debtor.columns), key=str)


def subjects() -> Iterator[str]:
    """What the log calls everything that :func:`change` changes."""
    for table, each in CHANGES.items():
        yield from map(each.subject, rows_of(table))
