"""The page on which somebody says that they agree."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access.bodies import takes_body
from accounts.access.declare import signed_in
from accounts.refusals import Refusal
from accounts.users.requests import SignedInRequest
from consent.statements import services
from consent.statements.forms import RecordingForm
from consent.statements.queries import statement_for
from consent.statements.recordings import MOST_BYTES
from consent.statements.states import StatementState


@takes_body(MOST_BYTES + (1 << 16))
@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: SignedInRequest, statement_reference: UUID) -> HttpResponse:
    """What to say, the way to send it, and what became of it."""
    statement = statement_for(request.user, statement_reference)
    form = RecordingForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            recording = form.cleaned_data["recording"].read()
            services.record(by=request.user, statement=statement, recording=recording)
        except Refusal as refusal:
            form.add_error("recording", refusal.sentence)
        else:
            messages.success(request, _("Received. The operator's staff listens to it."))
            return redirect("statements:page", statement_reference)
    context = {
        "statement": statement,
        "sentence": services.sentence_of(statement),
        "form": form,
        "may_send": statement.state == StatementState.ASKED and timezone.now() < statement.ends_at,
        "minutes": int(services.VALID_FOR.total_seconds() // 60),
        "days": services.KEPT_AFTER.days,
    }
    return render(request, "consent/statements/page.html", context, status=422 if form.is_bound else 200)
