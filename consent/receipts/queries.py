"""Reading receipts: everybody their own side's."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from consent.receipts import jws
from consent.receipts.document import missing_fields
from consent.receipts.models import Receipt
from consent.receipts.sides import Side
from consent.uses.models import DepictedPerson

if TYPE_CHECKING:
    from accounts.users.models import User


def receipts_for(user: User) -> QuerySet[Receipt]:
    """All receipts that were made for ``user``: as the person, as their guardian, or as the grantee. Newest first."""
    given = Q(side=Side.PERSON) & (Q(grant__person=user) | Q(grant__guardian=user))
    held = Q(side=Side.GRANTEE, grant__grantee=user)
    return Receipt.objects.filter(given | held).select_related("grant").order_by("-issued_at")


def receipt_ids(subject: str) -> tuple[str, ...]:
    """The receipts that belong into the file of ``subject`` (``work:8Z0K3…``): the grantee's newest of each grant, in the order of the people."""
    people = DepictedPerson.objects.filter(use__subject=subject, grant__isnull=False).order_by("position")
    grants = list(people.values_list("grant_id", flat=True))
    held = Receipt.objects.filter(grant__in=grants, side=Side.GRANTEE).order_by("version")
    newest = {each.grant_id: str(each.reference) for each in held}
    return tuple(newest[each] for each in grants if each in newest)


def is_damaged(receipt: Receipt) -> bool:
    """Whether the row does not hold what was handed out any more."""
    try:
        return bool(missing_fields(receipt.document)) or jws.digest(receipt.document) != receipt.sha256
    except (ValueError, IndexError):
        return True


def emptied(receipt: Receipt) -> Refusal:
    """What whoever opens a receipt is told once its time is over."""
    sentence = _(
        "This receipt was erased on %(date)s: the time is over for which it had to be kept. Your own copy still counts: check it here."
    )
    date = timezone.localdate(receipt.emptied_at).isoformat()
    return Refusal("receipt_emptied", sentence % {"date": date}, status=410)


def unreadable(receipt: Receipt) -> Refusal | None:
    """What whoever opens ``receipt`` is told where the row does not hold what was handed out any more; None where it does."""
    if receipt.emptied_at is not None:
        return emptied(receipt)
    return damaged() if is_damaged(receipt) else None


def damaged() -> Refusal:
    """What whoever opens such a receipt is told."""
    sentence = _(
        "What this site keeps of this receipt is damaged. Your own copy still counts: check it here."
    )
    return Refusal("receipt_damaged", sentence, status=410)


def receipt_for(user: User, reference: UUID) -> Receipt:
    """The receipt ``reference`` of ``user``. Raises Http404 for anybody else's."""
    found = receipts_for(user).filter(pk=reference).first()
    if found is None:
        raise Http404("no such receipt")
    return found
