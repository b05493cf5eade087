"""The inbox, and how one is mailed."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access.declare import signed_in
from accounts.notices import services
from accounts.notices.forms import MailPreferencesForm, ReadForm
from accounts.notices.kinds import all_kinds
from accounts.notices.preferences import choose, preferences_of
from accounts.notices.queries import newest_of, notices_of
from accounts.notices.wording import line_of
from accounts.users.requests import SignedInRequest

PAGE_SIZE = 20


@signed_in
@require_GET
def inbox(request: SignedInRequest) -> HttpResponse:
    """My notices, newest first."""
    page = Paginator(notices_of(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": [line_of(notice) for notice in page],
        "newest": newest_of(page),
    }
    return render(request, "accounts/notices/inbox.html", context)


@signed_in
@require_POST
def read(request: SignedInRequest) -> HttpResponse:
    """Mark as read what is not newer than the newest notice that was shown."""
    form = ReadForm(request.POST)
    if form.is_valid():
        up_to = get_object_or_404(notices_of(request.user), pk=form.cleaned_data["up_to"])
        services.mark_all_read(by=request.user, up_to=up_to)
    return redirect("notices:inbox")


@signed_in
@require_http_methods(["GET", "POST"])
def mail(request: SignedInRequest) -> HttpResponse:
    """Which notices I am mailed, and in which language."""
    form = MailPreferencesForm(request.POST or None, preferences=preferences_of(request.user))
    if form.is_valid():
        choose(by=request.user, language=form.cleaned_data["language"], wanted=form.cleaned_data["wanted"])
        messages.success(request, _("Your choice is kept."))
        return redirect("notices:mail")
    context = {
        "form": form,
        "required": [kind for kind in all_kinds() if kind.is_mailed and kind.is_required],
    }
    return render(
        request, "accounts/notices/mail.html", context, status=422 if request.method == "POST" else 200
    )
