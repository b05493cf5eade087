"""What a complainant who signs in may be told, and what the desk may ask about them without learning their name."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.identity.same_name import is_named_as
from accounts.proposals.stakes import holders_of, require_none
from accounts.refusals import Refusal
from accounts.users.models import User
from marking.desk.cases.kinds import Kind
from marking.desk.cases.lifecycle import note
from marking.desk.cases.models import Case
from marking.desk.cases.states import CaseState, Event
from marking.desk.decisions.services import require_taken

if TYPE_CHECKING:
    from accounts.records.canonical import JSON

COMPARED_KINDS = frozenset({Kind.IMPERSONATION})
"""Kinds for which names are compared: for no other purpose."""


def prove(*, by: User, case: Case, now: datetime | None = None) -> None:
    """Tie a case to the account of who filed it: they showed its code, signed in. Twice is fine.

    Refused with ``other_reporter`` where it is somebody else's already, and with ``wrong_state`` once it is closed.
    """
    now = now or timezone.now()
    with transaction.atomic():
        unclaimed = Case.objects.filter(pk=case.pk, reporter__isnull=True).exclude(state=CaseState.CLOSED)
        if unclaimed.update(reporter=by):
            case.refresh_from_db()
            note(case, Event.REPORTER_PROVEN, by=by, now=now)
            return
    case.refresh_from_db()
    if case.state == CaseState.CLOSED:
        raise Refusal("wrong_state", _("This case is closed."))
    if case.reporter_id != by.pk:
        raise Refusal("other_reporter", _("This case belongs to another account."), status=403)


def compare_identity(*, by: User, case: Case, producer_id: str, now: datetime | None = None) -> bool:
    """Whether whoever filed ``case`` bears the name of the account ``producer_id``; nobody sees either name, and it is recorded.

    Refused with ``not_taken``, ``wrong_kind``, ``no_reporter``, ``no_account``, ``own_account`` and ``not_verified``.
    """
    require_taken(by, case)
    if Kind(case.kind) not in COMPARED_KINDS:
        raise Refusal("wrong_kind", _("Names are compared only where somebody is impersonated."), status=403)
    if case.reporter is None:
        raise Refusal("no_reporter", _("Whoever complained has not signed in: there is no name to compare."))
    account = User.objects.filter(producer_id=producer_id.strip().upper()).first()
    if account is None:
        raise Refusal("no_account", _("No account has this number."), status=404)
    sentence = _("This is your own account: somebody else has to decide.")
    require_none(by, holders_of(f"user:{account.producer_id}"), sentence, code="own_account")
    now = now or timezone.now()
    with transaction.atomic():
        is_same = is_named_as(case.reporter, account, by=by, case=case.code, now=now)
        body: dict[str, JSON] = {"account": account.producer_id}
        note(case, Event.IDENTITY_COMPARED, by=by, now=now, body=body)
    return is_same
