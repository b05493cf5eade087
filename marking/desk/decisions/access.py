"""Who of the desk gets to a case, and how."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.access.declare import View, requires
from accounts.access.permissions import Permission
from accounts.proposals import pages
from accounts.users.requests import SignedInRequest
from marking.desk.cases.models import Case
from marking.desk.cases.queries import case_for_desk
from marking.desk.decisions.services import require_impartial

CaseView = Callable[[SignedInRequest, Case], HttpResponse]
NumberView = Callable[[SignedInRequest, str], HttpResponse]


def of_others(view: CaseView) -> NumberView:
    """A view of a case, by its number, that nobody with a stake in it gets to see."""

    @pages.of_others
    @wraps(view)
    def guarded(request: SignedInRequest, number: str) -> HttpResponse:
        found = case_for_desk(number)
        require_impartial(request.user, found)
        return view(request, found)

    return guarded


def on_case(view: CaseView) -> View:
    """What the staff of cases does to a case of others, by a form."""
    return requires(Permission.WORK_CASES)(posted(of_others(view)))


def posted(view: NumberView) -> NumberView:
    """A view that changes a case. Who comes to its address without a form, as after signing in, is led to the case."""

    @wraps(view)
    @require_http_methods(["GET", "HEAD", "POST"])
    def guarded(request: SignedInRequest, number: str) -> HttpResponse:
        return view(request, number) if request.method == "POST" else redirect("cases:case", number)

    return guarded
