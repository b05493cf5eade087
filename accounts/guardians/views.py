"""Pages of an adult who acts for children."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.access.declare import signed_in
from accounts.guardians import queries, services
from accounts.guardians.forms import HandOverForm, WardForm
from accounts.guardians.models import Guardianship
from accounts.guardians.naming import name_of_ward
from accounts.identity.ages import band_of
from accounts.identity.documents import GUARDIAN_AGE
from accounts.refusals import Refusal
from accounts.users.models import User

if TYPE_CHECKING:
    from accounts.users.requests import SignedInRequest


@signed_in
@never_cache
@sensitive_post_parameters("name", "number", "birth_date")
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: SignedInRequest) -> HttpResponse:
    """The children one acts for, and the form to name another."""
    form = WardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.claim_ward(by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.info(
                request, _("The operator's staff looks at it. Until then you cannot act for the child.")
            )
            return redirect("wards:page")
    wards = [_described(each) for each in queries.wards_of(request.user)]
    status = 422 if form.is_bound else 200
    return render(request, "accounts/guardians/page.html", {"wards": wards, "form": form}, status=status)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: SignedInRequest, ward_id: str) -> HttpResponse:
    """Give a child that is old enough its own account."""
    ward = _ward_for(request.user, ward_id)
    form = HandOverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.hand_over(by=request.user, ward=ward, address=form.cleaned_data["address"])
        except Refusal as refusal:
            form.add_error("address", refusal.sentence)
        else:
            messages.success(
                request, _("The account is the child's own now. It sets its password by e-mail.")
            )
            return redirect("wards:page")
    status = 422 if form.is_bound else 200
    return render(request, "accounts/guardians/hand_over.html", {"form": form, "ward": ward}, status=status)


def _ward_for(guardian: User, producer_id: str) -> User:
    for ward in queries.confirmed_wards_of(guardian):
        if ward.producer_id == producer_id:
            return ward
    raise Http404("no such ward")


def _described(guardianship: Guardianship) -> dict[str, object]:
    years = band_of(guardianship.ward, timezone.now())
    return {
        "guardianship": guardianship,
        "name": name_of_ward(guardianship.ward),
        "is_old_enough": guardianship.confirmed_at is not None
        and years is not None
        and years >= GUARDIAN_AGE,
    }
