"""The page of one's standing rules."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access.declare import signed_in
from accounts.refusals import Refusal
from accounts.users.requests import SignedInRequest
from consent.rules import services
from consent.rules.forms import RulesForm


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: SignedInRequest) -> HttpResponse:
    """Read one's rules, and set them."""
    if request.method != "POST":
        form = RulesForm(initial=RulesForm.initial_for(services.rules_of(request.user)))
        return render(request, "consent/rules/page.html", {"form": form})
    form = RulesForm(request.POST)
    if form.is_valid():
        try:
            services.set_rules(by=request.user, rules=form.rules())
        except Refusal as refusal:
            form.add_error("listed", refusal.sentence)
        else:
            messages.success(request, _("Your rules hold from now on."))
            return redirect("likeness:page")
    return render(request, "consent/rules/page.html", {"form": form}, status=422)
