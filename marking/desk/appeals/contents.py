"""Sealing and opening what stands in an appeal, each text bound to its own appeal and column."""

from __future__ import annotations

from accounts.vault.wrapped_key import seal_under, unseal_under
from marking.desk.appeals.models import Appeal


def seal_text(appeal: Appeal, text: str) -> None:
    """Put what the appellant wrote, sealed, into an appeal that has its key."""
    appeal.text = seal_under(appeal.wrapped_key, text, context=_context(appeal, "text"))


def sealed_reasons(appeal: Appeal, reasons: str) -> bytes:
    """The reasons of the decision, sealed for the column of that name. Raises :class:`~accounts.vault.wrapped_key.Erased`."""
    return seal_under(appeal.wrapped_key, reasons, context=_context(appeal, "reasons"))


def text_of(appeal: Appeal) -> str:
    """What the appellant wrote; "" once it is erased."""
    return _opened(appeal, appeal.text, "text")


def reasons_of(appeal: Appeal) -> str:
    """Why it was decided so; "" before the decision, and once it is erased."""
    return _opened(appeal, appeal.reasons, "reasons")


def _opened(appeal: Appeal, value: bytes | memoryview | None, name: str) -> str:
    if value is None or appeal.wrapped_key is None:
        return ""
    return unseal_under(appeal.wrapped_key, value, context=_context(appeal, name)).decode()


def _context(appeal: Appeal, name: str) -> str:
    return f"appeal.{name}:{appeal.pk}"
