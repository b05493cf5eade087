"""Sealing and opening what notices and mails say, each bound to its own row and column."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from accounts.notices.models import Notice, OutgoingMail
from accounts.users.models import User
from accounts.vault.sealing import seal, unseal
from accounts.vault.wrapped_key import new_wrapped_key, seal_under, unseal_under


@dataclass(frozen=True)
class Content:
    """The values of the placeholders in a notice's sentence, and of the parameters of its address."""

    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    url_args: tuple[str, ...] = field(default=(), repr=False)


def seal_content(user: User, notice_id: UUID, params: Mapping[str, str], url_args: Sequence[str]) -> bytes:
    """What a notice says, sealed for ``user``. Raises :class:`~accounts.vault.sealing.Erased`."""
    text = json.dumps({"params": dict(params), "url_args": list(url_args)}, ensure_ascii=False)
    return seal(user, text, context=f"notice.content:{notice_id}")


def content_of(notice: Notice) -> Content:
    """What a notice says. Raises :class:`~accounts.vault.sealing.Erased` and :class:`~accounts.vault.sealing.Damaged`."""
    said = json.loads(unseal(notice.user, notice.content, context=f"notice.content:{notice.id}"))
    return Content(said["params"], tuple(said["url_args"]))


def seal_mail(mail: OutgoingMail, *, address: str, params: Mapping[str, str]) -> None:
    """Give a mail a key of its own, and put address and params into it, sealed."""
    mail.wrapped_key = new_wrapped_key()
    mail.address = seal_under(mail.wrapped_key, address, context=_place(mail, "address"))
    text = json.dumps(dict(params), ensure_ascii=False)
    mail.params = seal_under(mail.wrapped_key, text, context=_place(mail, "params"))


def address_of(mail: OutgoingMail) -> str:
    """Whom a waiting mail goes to. Raises :class:`~accounts.vault.wrapped_key.Damaged`."""
    return unseal_under(mail.wrapped_key, mail.address or b"", context=_place(mail, "address")).decode()


def params_of(mail: OutgoingMail) -> dict[str, str]:
    """What a waiting mail's templates are filled with. Raises :class:`~accounts.vault.wrapped_key.Damaged`."""
    opened: dict[str, str] = json.loads(
        unseal_under(mail.wrapped_key, mail.params or b"", context=_place(mail, "params"))
    )
    return opened


def _place(mail: OutgoingMail, column: str) -> str:
    return f"mail.{column}:{mail.id}"
