"""The real name that a requester asks for: sealed in the request, and opened for a comparison alone."""

from __future__ import annotations

from accounts.vault.wrapped_key import new_wrapped_key, seal_under, unseal_under
from consent.requests.models import Request


def sealed_name(request: Request, name: str) -> dict[str, bytes]:
    """The columns that hold ``name`` in ``request``, sealed under a key of the row's own."""
    key = new_wrapped_key()
    return {"wrapped_key": key, "sealed_name": seal_under(key, name, context=_context(request))}


def name_of(request: Request) -> str:
    """The stated name in clear; "" where none is stated. Raises Erased or Damaged (:mod:`accounts.vault.wrapped_key`)."""
    if request.sealed_name is None:
        return ""
    return unseal_under(request.wrapped_key, request.sealed_name, context=_context(request)).decode()


def _context(request: Request) -> str:
    return f"request.name:{request.reference}"
