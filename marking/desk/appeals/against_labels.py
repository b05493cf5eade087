"""Appeals of those whose work carries a note that was written about another: it was found to tell the same, or was uploaded with the same bytes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marking.desk.appeals.against_refutations import REFUTATION, standing
from marking.desk.appeals.appealable import Appealable, Decision
from marking.desk.refutations.models import Labelling
from marking.desk.refutations.services import take_off_copy
from marking.desk.refutations.states import Basis

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.reasons.models import StatementOfReasons
    from accounts.users.models import User
    from marking.desk.refutations.models import RefutedWork


def refutation_of_statement(statement: StatementOfReasons) -> str:
    """The number of the note that ``statement`` gives the reasons of, where it was written about that very work; "" otherwise."""
    label = Labelling.objects.filter(statement=statement.pk).select_related("version").first()
    return str(label.version.refutation_id) if label and _is_written_about(label) else ""


def label_of_statement(statement: StatementOfReasons) -> str:
    """The number of the label that ``statement`` gives the reasons of, where the note was written about another work; "" otherwise."""
    label = Labelling.objects.filter(statement=statement.pk).select_related("version").first()
    return str(label.pk) if label and not _is_written_about(label) else ""


def _find(reference: str) -> Decision | None:
    label = _standing(reference)
    if label is None:
        return None
    version = label.version
    by = tuple(each for each in (version.written_by, version.decided_by) if each is not None)
    looked = set(_grounds(label).values_list("decided_by", flat=True))
    return Decision(
        kind=LABEL.kind,
        reference=str(label.pk),
        at=label.statement.stated_at,
        by=by,
        took_part=frozenset(each.pk for each in by) | looked,
        against=label.work.owner,
        address=reverse("refutation_desk:refutation", args=[version.refutation_id]),
    )


def _undo(*, reference: str, by: User, now: datetime) -> None:
    label = _standing(reference)
    if label is None:
        return
    if _grounds(label).filter(basis=Basis.WRITTEN).exists():  # the very file that the note was written about
        REFUTATION.undo(reference=str(label.version.refutation_id), by=by, now=now)
    else:
        take_off_copy(by=by, refutation=label.version.refutation, work=label.work, now=now)


def _standing(reference: str) -> Labelling | None:
    """The label, while its version is the newest and still on the work, and unless the note was written about that work."""
    if not (reference.isascii() and reference.isdigit()):
        return None
    found = Labelling.objects.filter(pk=int(reference)).select_related(
        "statement", "work__owner", "version__written_by", "version__decided_by", "version__refutation"
    )
    label = found.first()
    if label is None or _is_written_about(label) or not _grounds(label).exists():
        return None
    return label if standing(str(label.version.refutation_id)) == label.version else None


def _grounds(label: Labelling) -> QuerySet[RefutedWork]:
    """By which decisions the note is on what has the bytes of the work."""
    return label.version.refutation.works.filter(source_sha256=label.work.source_sha256, is_same=True)


def _is_written_about(label: Labelling) -> bool:
    return label.version.refutation.works.filter(work=label.work_id, basis=Basis.WRITTEN).exists()


LABEL = Appealable("label", _("A note on a work"), _find, _undo)
