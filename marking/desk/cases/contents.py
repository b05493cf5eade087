"""Sealing and opening what somebody wrote, each text bound to its own case and column."""

from __future__ import annotations

from accounts.vault.wrapped_key import seal_under, unseal_under
from marking.desk.cases.models import Case


def seal_contents(case: Case, *, description: str, contact: str) -> None:
    """Put both texts, sealed, into a case that has its key. An empty ``contact`` becomes none."""
    case.description = seal_under(case.wrapped_key, description, context=_context(case, "description"))
    if contact:
        seal_contact(case, contact)


def seal_contact(case: Case, contact: str) -> None:
    """Put an address, sealed, into a case that has its key."""
    case.contact = seal_under(case.wrapped_key, contact, context=_context(case, "contact"))


def seal_signature(case: Case, name: str) -> None:
    """Put the name under which a notice was signed, sealed, into a case that has its key."""
    case.signature = seal_under(case.wrapped_key, name, context=_context(case, "signature"))


def seal_location(case: Case, location: str) -> None:
    """Put where the thing can be seen, sealed, into a case that has its key."""
    case.location = seal_under(case.wrapped_key, location, context=_context(case, "location"))


def signature_of(case: Case) -> str:
    """The name under which it was signed; "" where it was not. Raises :class:`~accounts.vault.wrapped_key.Damaged`."""
    return _opened(case, case.signature, "signature")


def location_of(case: Case) -> str:
    """Where the thing can be seen; "" where nothing was said. Raises :class:`~accounts.vault.wrapped_key.Damaged`."""
    return _opened(case, case.location, "location")


def description_of(case: Case) -> str:
    """What was written; "" once it is erased. Raises :class:`~accounts.vault.wrapped_key.Damaged`."""
    return _opened(case, case.description, "description")


def contact_of(case: Case) -> str:
    """The address that was left; "" where there is none. Raises :class:`~accounts.vault.wrapped_key.Damaged`."""
    return _opened(case, case.contact, "contact")


def _opened(case: Case, value: bytes | memoryview | None, name: str) -> str:
    if value is None or case.wrapped_key is None:
        return ""
    return unseal_under(case.wrapped_key, value, context=_context(case, name)).decode()


def _context(case: Case, name: str) -> str:
    return f"case.{name}:{case.code}"
