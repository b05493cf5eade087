"""What works hold about their owner, and what they appealed against. No file leaves without its labels: originals are named by their SHA-256 alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.own_data.rooms import Part, register, rows
from accounts.sanctions.queries import is_limited
from accounts.sanctions.states import Function
from accounts.vault.sealing import Damaged, Erased, unseal
from marking.desk.appeals.contents import reasons_of, text_of
from marking.desk.appeals.models import Appeal
from marking.unlabelled.models import UnlabelledCopy
from marking.works import gate
from marking.works.faces.models import FoundFace
from marking.works.files import extension_of
from marking.works.models import Transition, Work
from marking.works.states import WorkState

if TYPE_CHECKING:
    from accounts.users.models import User


def register_all() -> None:
    """Name what works hold."""
    register("works", _("Your works, and copies without the visible label that you asked for"), works)
    register("appeals", _("Your appeals, and what became of them"), appeals)


def works(user: User) -> Iterator[Part]:
    """Works with their history, faces and released files, and requests for unlabelled copies."""
    own = Work.objects.filter(owner=user)
    yield Part("works", rows(own, code=lambda work: work.code))
    yield Part("history", rows(Transition.objects.filter(work__in=own)))
    yield Part("faces", rows(FoundFace.objects.filter(work__in=own)))
    copies = UnlabelledCopy.objects.filter(requested_by=user).select_related("requested_by__person_key")
    yield Part("unlabelled_copies", rows(copies, purpose=_purpose))
    if not is_limited(user, Function.DOWNLOAD, timezone.now()):
        for work in own.filter(state=WorkState.RELEASED).iterator(100):
            yield from _released_file(work)


def appeals(user: User) -> Iterator[Part]:
    """Appeals of one's own with what one wrote and what was answered. Who of the staff decided is not in it."""
    own = Appeal.objects.filter(appellant=user).order_by("filed_at", "pk")
    yield Part("appeals", [_appeal(each) for each in own])


def _appeal(appeal: Appeal) -> dict[str, Any]:
    facts = ("pk", "kind", "reference", "against_at", "state", "filed_at", "due_at", "decided_at")
    return {
        **{name: getattr(appeal, name) for name in facts},
        "text": text_of(appeal),
        "reasons": reasons_of(appeal),
    }


def _purpose(copy: UnlabelledCopy) -> str | None:
    try:
        return unseal(copy.requested_by, copy.purpose, context=copy.purpose_context).decode()
    except (Erased, Damaged):
        return None


def _released_file(work: Work) -> Iterator[Part]:
    if not gate.is_served(work):
        return
    try:
        with default_storage.open(work.marked_path) as file:
            yield Part(f"released/{work.code}.{extension_of(work.marked_path)}", file.read())
    except FileNotFoundError:
        return
