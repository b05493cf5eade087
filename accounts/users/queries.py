"""Reading accounts and agreements."""

from __future__ import annotations

from accounts.users.models import Agreement, AgreementAcceptance, User


def current_agreement() -> Agreement | None:
    """The agreement in force: the highest published version. None before the first is published."""
    return Agreement.objects.order_by("-version").first()


def must_accept(user: User) -> Agreement | None:
    """The agreement that ``user`` has to accept before submitting a work; None where nothing is due."""
    current = current_agreement()
    if current is None or AgreementAcceptance.objects.filter(user=user, agreement=current).exists():
        return None
    return current


def latest_acceptance_of(user: User) -> AgreementAcceptance | None:
    """The newest version that ``user`` accepted, with when and how."""
    accepted = AgreementAcceptance.objects.filter(user=user).select_related("agreement")
    return accepted.order_by("-agreement_id").first()
