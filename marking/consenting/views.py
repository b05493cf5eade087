"""The pages of a work that waits for consent: what it is for, who is in it, what they answered, what is missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access.declare import signed_in
from accounts.refusals import Refusal
from accounts.sanctions.gate import performs
from accounts.sanctions.states import Function
from accounts.users.requests import SignedInRequest
from consent.requests.clauses import PROOFS, proof_for, rows_of
from consent.requests.forms import initial_of
from consent.requests.templates import TEMPLATES, Template, scope_of, template_of
from consent.scope import CLAUSES, Medium, Operation, Proof, Use
from consent.uses.models import Use as UseRow
from marking.consenting import services
from marking.consenting.covering import is_whole, scope_covering
from marking.consenting.describing import answers_of, choosable
from marking.consenting.forms import AskForm, GrantForm, TermsForm
from marking.works.declaration import Depicts
from marking.works.models import Work
from marking.works.queries import work_for
from marking.works.states import WorkState


@signed_in
@require_GET
def page(request: SignedInRequest, code: str) -> HttpResponse:
    """The people in a work, what they answered, and what is missing."""
    work = work_for(request.user, code)
    if work.state != WorkState.AWAITING_CONSENT:
        return redirect("works:detail", work.code)
    return render(request, "marking/consenting/page.html", _describe(work))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def terms(request: SignedInRequest, code: str) -> HttpResponse:
    """Say what the work is for; a common use (``?use=``) fills the form."""
    work = work_for(request.user, code)
    form = TermsForm(request.POST) if request.method == "POST" else TermsForm(initial=_initial(request, work))
    if form.is_bound and form.is_valid():
        said = form.terms()
        return _done(request, work, lambda: services.set_terms(by=request.user, work=work, terms=said))
    context = {"work": work, "form": form, "templates": TEMPLATES, "chosen": request.GET.get("use", "")}
    status = 400 if form.is_bound else 200
    return render(request, "marking/consenting/terms.html", context, status=status)


@signed_in
@performs(Function.REQUEST_CONSENT)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: SignedInRequest, code: str) -> HttpResponse:
    """Ask somebody who is in the work."""
    work = work_for(request.user, code)
    form = AskForm(request.POST) if request.method == "POST" else AskForm(initial=_of_person(work))
    if form.is_bound and form.is_valid():
        try:
            services.ask(by=request.user, work=work, place=form.place())
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("The request is sent."))
            return redirect("consenting:page", work.code)
    status = 400 if form.is_bound else 200
    return render(request, "marking/consenting/ask.html", {"work": work, "form": form}, status=status)


@signed_in
@performs(Function.PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
def grant(request: SignedInRequest, code: str) -> HttpResponse:
    """Name somebody by a consent that one holds."""
    work = work_for(request.user, code)
    grants = choosable(services.use_for(work))
    data = request.POST if request.method == "POST" else None
    form = GrantForm(data, grants=grants, initial=_of_person(work))
    if not form.is_valid():
        context = {"work": work, "form": form, "has_grants": bool(grants)}
        return render(request, "marking/consenting/grant.html", context, status=400 if form.is_bound else 200)
    said = form.cleaned_data
    chosen = UUID(said.pop("grant"))
    return _done(request, work, lambda: services.use_grant(by=request.user, work=work, grant=chosen, **said))


@signed_in
@performs(Function.REQUEST_CONSENT)
@require_POST
def again(request: SignedInRequest, code: str, position: int) -> HttpResponse:
    """Ask a person for what the work is for by now."""
    work = work_for(request.user, code)
    return _done(request, work, lambda: services.ask_again(by=request.user, work=work, position=position))


@signed_in
@require_POST
def leave_out(request: SignedInRequest, code: str, position: int) -> HttpResponse:
    """Say that somebody is not in the work after all."""
    work = work_for(request.user, code)
    return _done(request, work, lambda: services.leave_out(by=request.user, work=work, position=position))


def _done(request: SignedInRequest, work: Work, act: Callable[[], Any]) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("consenting:page", work.code)


def _describe(work: Work) -> dict[str, Any]:
    use = services.use_for(work)
    answers, missing = answers_of(use, timezone.now())
    said = services.terms_of(use)
    return {
        "work": work,
        "has_terms": is_whole(said),
        "terms": _in_words(use, said) if is_whole(said) else [],
        "proof": PROOFS[_proof(work, use, said)] if is_whole(said) else "",
        "answers": answers,
        "missing": missing,
        "has_grants": bool(choosable(use)),
    }


def _in_words(use: UseRow, said: Use) -> list[tuple[str, str]]:
    """What the work is for, clause by clause, as somebody in it would read it."""
    asked = scope_covering(
        said, frozenset(), frozenset(), grantee=use.owner.producer_id, output_sha256=use.output_sha256
    )
    rows = {row.code: row for row in rows_of(asked)}
    left_out = {"element", "operation", "content", "grantee", "preview"}
    return [(rows[each.name].name, rows[each.name].asked) for each in CLAUSES if each.name not in left_out]


def _proof(work: Work, use: UseRow, said: Use) -> Proof:
    """How surely somebody has to agree, as far as it is known what is done with them."""
    operations = {each for person in use.people.all() for each in person.operations}
    elements = Depicts(work.depicts).elements
    done = frozenset(map(Operation, operations or {Operation.FACE_SWAP}))
    return proof_for(scope_covering(said, elements, done, grantee="", output_sha256=""))


def _initial(request: SignedInRequest, work: Work) -> dict[str, Any]:
    template = template_of(request.GET.get("use", ""))
    said = services.terms_of(services.use_for(work))
    if template is not None or not is_whole(said):
        return _from_template(template or TEMPLATES[1], work)
    scope = scope_covering(said, frozenset(), frozenset(), grantee="", output_sha256="")
    answers = {"is_sublicensed": said.is_sublicensed, "goes_abroad": said.goes_abroad}
    return (
        initial_of(scope)
        | {name: "yes" if is_so else "no" for name, is_so in answers.items()}
        | {
            "theme": said.theme or "",
            "content": sorted(each.value for each in said.content),
        }
    )


def _from_template(template: Template, work: Work) -> dict[str, Any]:
    scope = scope_of(template, grantee=work.owner.producer_id, now=timezone.now())
    return initial_of(scope) | {"media": [Medium.STILL.value], "seconds": 0}


def _of_person(work: Work) -> dict[str, Any]:
    elements = sorted(each.value for each in Depicts(work.depicts).elements)
    return {"elements": elements, "operations": [Operation.FACE_SWAP.value] if "face" in elements else []}
