"""Pages of the staff who refute false information."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access.declare import requires
from accounts.access.permissions import Permission
from accounts.proposals.pages import of_others, tried
from accounts.refusals import Refusal
from accounts.users.models import User
from accounts.users.requests import SignedInRequest
from marking.desk.refutations import services
from marking.desk.refutations.forms import NewRefutationForm, RevisionForm
from marking.desk.refutations.models import Refutation, RefutationVersion
from marking.desk.refutations.queries import (
    candidates_for,
    newest_to,
    proposed_to,
    refutation_for_desk,
    works_of,
)
from marking.desk.refutations.states import VersionState
from marking.works.queries import published_work

MOST_SHOWN = 100


@requires(Permission.REFUTE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def refutations(request: SignedInRequest) -> HttpResponse:
    """What waits for a second person, all notes, and the form for another (``?work=`` fills it)."""
    data = request.POST if request.method == "POST" else None
    form = NewRefutationForm(data, initial={"work": request.GET.get("work", "")[:40]})
    status = 400 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            version = services.write(by=request.user, work=form.cleaned_data["work"], wording=form.wording())
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
            status = refusal.status
        else:
            messages.success(request, _("Written: somebody else has to publish it."))
            return redirect("refutation_desk:refutation", version.refutation_id)
    context = {
        "form": form,
        "proposed": proposed_to(request.user)[:MOST_SHOWN],
        "refutations": newest_to(request.user)[:MOST_SHOWN],
    }
    return render(request, "marking/desk/refutations/desk/list.html", context, status=status)


@requires(Permission.REFUTE)
@never_cache
@require_safe
@of_others
def refutation(request: SignedInRequest, refutation: UUID) -> HttpResponse:
    """One note: its versions, the works it is on, what looks like them, and the form for the next version."""
    return _page(request, _found(request, refutation), RevisionForm())


@requires(Permission.REFUTE)
@require_http_methods(["GET", "HEAD", "POST"])
@of_others
def revise(request: SignedInRequest, refutation: UUID) -> HttpResponse:
    """Write the next version."""
    found = _found(request, refutation)
    if request.method != "POST":
        return redirect("refutation_desk:refutation", found.pk)
    form = RevisionForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=400)
    try:
        services.revise(
            by=request.user,
            refutation=found,
            wording=form.wording(),
            withdraws=form.cleaned_data["withdraws"],
        )
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return _page(request, found, form, status=refusal.status)
    messages.success(request, _("Written: somebody else has to publish it."))
    return redirect("refutation_desk:refutation", found.pk)


@requires(Permission.REFUTE)
@require_http_methods(["GET", "HEAD", "POST"])
@of_others
def publish(request: SignedInRequest, refutation: UUID) -> HttpResponse:
    """Publish what somebody else wrote."""
    return _decide(request, refutation, services.publish)


@requires(Permission.REFUTE)
@require_http_methods(["GET", "HEAD", "POST"])
@of_others
def decline(request: SignedInRequest, refutation: UUID) -> HttpResponse:
    """Turn down what somebody else wrote."""
    return _decide(request, refutation, services.decline)


@requires(Permission.REFUTE)
@require_http_methods(["GET", "HEAD", "POST"])
@of_others
def withdraw(request: SignedInRequest, refutation: UUID) -> HttpResponse:
    """Take back what one wrote oneself."""
    return _decide(request, refutation, services.withdraw)


@requires(Permission.REFUTE)
@require_http_methods(["GET", "HEAD", "POST"])
@of_others
def copy(request: SignedInRequest, refutation: UUID, code: str) -> HttpResponse:
    """Say of a work that looks alike whether it tells the same (``is_same``: yes or no)."""
    found = _found(request, refutation)
    if request.method == "POST":
        is_same = request.POST.get("is_same") == "yes"
        work = published_work(code)
        tried(
            request,
            lambda: services.decide_on_copy(by=request.user, refutation=found, work=work, is_same=is_same),
        )
    return redirect("refutation_desk:refutation", found.pk)


def _found(request: SignedInRequest, pk: UUID) -> Refutation:
    """A note on works of others. Raises Http404 where there is none, and Stake where the reader has one."""
    found = refutation_for_desk(pk)
    services.require_impartial(request.user, works_of(found))
    return found


def _decide(request: SignedInRequest, pk: UUID, act: Callable[..., None]) -> HttpResponse:
    found = _found(request, pk)
    version = found.versions.filter(state=VersionState.PROPOSED).first()
    if request.method == "POST" and version is not None:
        seen = request.POST.get("version", "")
        tried(request, lambda: _decide_seen(act, request.user, version, seen))
    return redirect("refutation_desk:refutation", found.pk)


def _decide_seen(act: Callable[..., None], by: User, version: RefutationVersion, seen: str) -> None:
    services.require_seen(version, seen)
    act(by=by, version=version)


def _page(
    request: SignedInRequest, found: Refutation, form: RevisionForm, *, status: int = 200
) -> HttpResponse:
    versions = list(found.versions.select_related("written_by", "decided_by").order_by("-number"))
    waiting = next((each for each in versions if each.state == VersionState.PROPOSED), None)
    context: dict[str, Any] = {
        "refutation": found,
        "versions": versions,
        "waiting": waiting,
        "is_mine": waiting is not None and waiting.written_by_id == request.user.pk,
        "works": works_of(found),
        "candidates": candidates_for(found),
        "form": form,
    }
    return render(request, "marking/desk/refutations/desk/refutation.html", context, status=status)
