"""Appeals of those on whose work a note was put."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marking.desk.appeals.appealable import Appealable, Decision
from marking.desk.refutations.models import Refutation, RefutationVersion, RefutedWork
from marking.desk.refutations.services import Wording, take_back
from marking.desk.refutations.states import Basis, VersionState

if TYPE_CHECKING:
    from accounts.users.models import User

_BACK_ZH, _BACK_EN = "经申诉复核，此辟谣说明已撤回。", "This note was taken back after an appeal."


def _find(reference: str) -> Decision | None:
    version = standing(reference)
    if version is None or version.decided_at is None:
        return None
    by = tuple(each for each in (version.written_by, version.decided_by) if each is not None)
    about = RefutedWork.objects.select_related("work__owner").get(
        refutation=version.refutation_id, basis=Basis.WRITTEN
    )
    return Decision(
        kind=REFUTATION.kind,
        reference=str(version.refutation_id),
        at=version.decided_at,
        by=by,
        took_part=frozenset(each.pk for each in by) | {about.decided_by_id},
        against=about.work.owner,
        address=reverse("refutation_desk:refutation", args=[version.refutation_id]),
    )


def _undo(*, reference: str, by: User, now: datetime) -> None:
    version = standing(reference)
    if version is not None:
        signer = settings.ENVIRONMENT["YINJI_PROVIDER_NAME"][:100]
        wording = Wording(_BACK_ZH, _BACK_EN, (), signer)
        take_back(by=by, refutation=version.refutation, wording=wording, now=now)


def standing(reference: str) -> RefutationVersion | None:
    """The newest published version, unless it takes the note back."""
    try:
        refutation = Refutation.objects.filter(pk=UUID(reference)).first()
    except ValueError:
        return None
    if refutation is None:
        return None
    published = refutation.versions.filter(state=VersionState.PUBLISHED).order_by("number")
    newest = published.select_related("written_by", "decided_by", "refutation").last()
    return None if newest is None or newest.is_withdrawal else newest


REFUTATION = Appealable("refutation", _("A note on a work"), _find, _undo)
