"""Pages of the staff who hear spoken statements."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.access.declare import requires
from accounts.access.permissions import Permission
from accounts.proposals.pages import of_others
from accounts.refusals import Refusal
from consent.statements import services
from consent.statements.forms import RejectionForm
from consent.statements.queries import clauses_in, statement_for_review, unheard

if TYPE_CHECKING:
    from accounts.users.requests import SignedInRequest


@requires(Permission.HEAR_STATEMENTS)
@never_cache
@require_safe
def waiting(request: SignedInRequest) -> HttpResponse:
    """Statements that wait to be heard, oldest first."""
    return render(request, "consent/statements/review/queue.html", {"waiting": unheard()[:100]})


@requires(Permission.HEAR_STATEMENTS)
@never_cache
@require_safe
@of_others
def statement(request: SignedInRequest, statement_reference: UUID) -> HttpResponse:
    """One statement: what was to be said, the recording, and the decision."""
    found = statement_for_review(statement_reference)
    services.require_impartial(request.user, found)
    context = {
        "statement": found,
        "sentence": services.sentence_of(found),
        "clauses": clauses_in(found),
        "form": RejectionForm(),
    }
    return render(request, "consent/statements/review/statement.html", context)


@requires(Permission.HEAR_STATEMENTS)
@never_cache
@require_GET
def recording(request: SignedInRequest, statement_reference: UUID) -> HttpResponse:
    """The recording itself. That it was heard is recorded."""
    found = statement_for_review(statement_reference)
    try:
        content = services.hear(by=request.user, statement=found)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("statement_review:statement", statement_reference)
    response = HttpResponse(content, content_type=found.media_type)
    response["Content-Disposition"] = "inline"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@requires(Permission.HEAR_STATEMENTS)
@require_POST
def accept(request: SignedInRequest, statement_reference: UUID) -> HttpResponse:
    """Believe it."""
    return _decided(request, statement_reference, None)


@requires(Permission.HEAR_STATEMENTS)
@require_POST
def reject(request: SignedInRequest, statement_reference: UUID) -> HttpResponse:
    """Not believe it, with a reason."""
    return _decided(request, statement_reference, request.POST.get("reason", ""))


def _decided(request: SignedInRequest, statement_reference: UUID, reason: str | None) -> HttpResponse:
    found = statement_for_review(statement_reference)
    try:
        if reason is None:
            services.accept(by=request.user, statement=found)
        else:
            services.reject(by=request.user, statement=found, reason=reason)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("statement_review:statement", statement_reference)
    messages.success(request, _("Decided. The person is told."))
    return redirect("statement_review:queue")
