"""Who may decide about a proposal, and moving it on once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts.refusals import Refusal

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

    from accounts.users.models import User


def require_second(by: User, proposer: int | None, sentence: str, *, code: str = "same_person") -> None:
    """Raise :class:`Refusal` (403) with ``code`` and ``sentence`` where ``by`` is who proposed it; ``proposer``: their key."""
    if by.pk == proposer:
        raise Refusal(code, sentence, status=403)


def require_proposer(by: User, proposer: int | None) -> None:
    """Raise :class:`Refusal` (403) with ``not_proposer`` unless ``by`` proposed it: nobody else takes it back."""
    if by.pk != proposer:
        sentence = _("Only who proposed this takes it back: you can decline it.")
        raise Refusal("not_proposer", sentence, status=403)


def require_seen(shown: object, sent: str, sentence: str) -> None:
    """Raise :class:`Refusal` with ``wrong_state`` unless ``sent``, by a page, names what is ``shown``: nobody decides about what they did not read."""
    if sent != str(shown):
        raise Refusal("wrong_state", sentence)


def move_on(row: Model, unmoved: QuerySet[Any], sentence: str, **changes: Any) -> None:
    """Change ``row`` by one conditional UPDATE and read it again, while it is among ``unmoved``.

    Otherwise refused with ``wrong_state`` and ``sentence``: of two people at once the second is refused.
    """
    if not unmoved.filter(pk=row.pk).update(**changes):
        raise Refusal("wrong_state", sentence)
    row.refresh_from_db()
