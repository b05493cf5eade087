"""What the staff decides about works, and everything else that is done with a case."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access.declare import requires
from accounts.access.permissions import Permission
from accounts.proposals.pages import tried
from accounts.refusals import Refusal
from accounts.users.requests import SignedInRequest
from marking.desk.cases.actions import Action
from marking.desk.cases.codes import new_token
from marking.desk.cases.kinds import Kind
from marking.desk.cases.models import Case
from marking.desk.decisions import services
from marking.desk.decisions.access import on_case
from marking.desk.decisions.forms import CompareForm, NameWorkForm, OrderForm, PauseForm
from marking.desk.decisions.four_eyes import services as four_eyes
from marking.desk.decisions.four_eyes.models import Proposal
from marking.desk.decisions.four_eyes.queries import open_proposal
from marking.desk.decisions.pages import case_page, decided, done, take_down_form
from marking.desk.decisions.reporters import compare_identity
from marking.desk.filing.services import Complaint, file_case
from marking.desk.measures.queries import measures_of


@on_case
def take_down(request: SignedInRequest, found: Case) -> HttpResponse:
    """Turn the access off to the work of a case and its copies, with reasons."""
    form = take_down_form(found, request.POST)
    if not form.is_valid():
        return case_page(request, found, status=400, take_down_form=form)
    said = _("The access is off. Answer the case, so that whoever complained learns of it.")
    return decided(request, found, Action.TAKE_DOWN, form.cleaned_data, said, take_down_form=form)


@on_case
def lift(request: SignedInRequest, found: Case) -> HttpResponse:
    """Propose to take a measure of the case back."""
    try:
        measure = measures_of(found.pk).get(pk=UUID(request.POST.get("measure", "")), lifted_at__isnull=True)
    except (ValueError, measures_of(found.pk).model.DoesNotExist):
        raise Http404("no such measure stands") from None
    return decided(request, found, Action.LIFT, {"measure": str(measure.pk)}, _("The access is on again."))


@on_case
def release(request: SignedInRequest, found: Case) -> HttpResponse:
    """Propose to release what an order asks for."""
    return decided(request, found, Action.RELEASE, {}, _("The order is released."))


@on_case
def confirm(request: SignedInRequest, found: Case) -> HttpResponse:
    """Confirm what somebody else proposed."""
    return _about_proposal(request, found, four_eyes.confirm)


@on_case
def decline(request: SignedInRequest, found: Case) -> HttpResponse:
    """Do not confirm what somebody else proposed."""
    return _about_proposal(request, found, four_eyes.decline)


@on_case
def withdraw(request: SignedInRequest, found: Case) -> HttpResponse:
    """Take back what one proposed oneself."""
    return _about_proposal(request, found, four_eyes.withdraw)


@on_case
def pause(request: SignedInRequest, found: Case) -> HttpResponse:
    """Let the clock stand still."""
    form = PauseForm(request.POST, kind=Kind(found.kind))
    if not form.is_valid():
        return case_page(request, found, status=400)
    return done(request, found, services.pause, why=form.cleaned_data["why"])


@on_case
def resume(request: SignedInRequest, found: Case) -> HttpResponse:
    """Let the clock run on."""
    return done(request, found, services.resume)


@on_case
def political(request: SignedInRequest, found: Case) -> HttpResponse:
    """Mark what it is about as political speech."""
    return done(request, found, services.flag_political)


@on_case
def name_work(request: SignedInRequest, found: Case) -> HttpResponse:
    """Say which work it is about."""
    form = NameWorkForm(request.POST, auto_id="name_%s")
    if not form.is_valid():
        return case_page(request, found, status=400, name_form=form)
    return done(request, found, services.name_work, work=form.cleaned_data["work"])


@never_cache
@on_case
def compare(request: SignedInRequest, found: Case) -> HttpResponse:
    """Ask whether whoever complained bears the name of an account: yes or no, and nothing else."""
    form = CompareForm(request.POST, auto_id="compare_%s")
    if not form.is_valid():
        return case_page(request, found, status=400, compare_form=form)
    account = form.cleaned_data["account"]
    try:
        is_same = compare_identity(by=request.user, case=found, producer_id=account)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return case_page(request, found, status=refusal.status, compare_form=form)
    yes, no = (
        _("Yes: both are verified under the same name."),
        _("No: they are not verified under the same name."),
    )
    messages.info(request, yes if is_same else no)
    return redirect("cases:case", found.code)


@requires(Permission.WORK_CASES)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def order(request: SignedInRequest) -> HttpResponse:
    """Enter an order of an authority as a case."""
    form = OrderForm(request.POST or None)
    if not form.is_valid():
        status = 400 if request.method == "POST" else 200
        return render(request, "marking/desk/order.html", {"form": form}, status=status)
    said = form.cleaned_data
    complaint = Complaint(
        new_token(),
        Kind.AUTHORITY_ORDER,
        said["description"],
        work=said["work"],
        document_sha256=said["document_sha256"],
    )
    case, _code = file_case(complaint, by=request.user)
    return redirect("cases:case", case.code)


def _about_proposal(request: SignedInRequest, found: Case, act: Callable[..., None]) -> HttpResponse:
    proposal = open_proposal(found)
    if proposal is None:
        messages.error(request, _("Somebody decided about this proposal already."))
        return redirect("cases:case", found.code)
    refusal = tried(request, lambda: _act_on_seen(act, request, proposal))
    if refusal is not None:
        return case_page(request, found, status=refusal.status)
    return redirect("cases:case", found.code)


def _act_on_seen(act: Callable[..., None], request: SignedInRequest, proposal: Proposal) -> None:
    four_eyes.require_seen(proposal, request.POST.get("proposal", ""))
    act(by=request.user, proposal=proposal)
