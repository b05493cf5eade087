"""The pages on which one's webhooks are looked after."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access.declare import signed_in
from accounts.notices.webhooks import services
from accounts.notices.webhooks.contents import url_of
from accounts.notices.webhooks.forms import WebhookForm
from accounts.notices.webhooks.models import Webhook
from accounts.notices.webhooks.queries import deliveries_to, webhook_for, webhooks_of
from accounts.notices.webhooks.wording import STATES, say_error
from accounts.refusals import Refusal
from accounts.users.requests import SignedInRequest

PAGE_SIZE = 20


@signed_in
@require_GET
def webhooks(request: SignedInRequest) -> HttpResponse:
    """My webhooks, and the way to a new one."""
    return _list(request, WebhookForm())


@signed_in
@never_cache
@require_POST
def add(request: SignedInRequest) -> HttpResponse:
    """Add a webhook and show its secret, this once: it is in no redirect, no cache and no session."""
    form = WebhookForm(request.POST)
    if not form.is_valid():
        return _list(request, form, status=422)
    try:
        new = services.add_webhook(by=request.user, url=form.cleaned_data["url"])
    except Refusal as refusal:
        form.add_error("url" if refusal.status == 422 else None, refusal.sentence)
        return _list(request, form, status=refusal.status)
    return _one(request, new.webhook, secret=new.secret)


@signed_in
@require_GET
def webhook(request: SignedInRequest, webhook_id: UUID) -> HttpResponse:
    """One webhook, and what was sent to it."""
    return _one(request, webhook_for(request.user, webhook_id))


@signed_in
@require_POST
def test(request: SignedInRequest, webhook_id: UUID) -> HttpResponse:
    """Send a test."""
    try:
        services.send_test(by=request.user, webhook=webhook_for(request.user, webhook_id))
    except Refusal as refusal:
        messages.warning(request, refusal.sentence)
    else:
        messages.success(request, _("A test is on its way. Load this page again to see what became of it."))
    return redirect("webhooks:webhook", webhook_id)


@signed_in
@never_cache
@require_POST
def change_secret(request: SignedInRequest, webhook_id: UUID) -> HttpResponse:
    """Change the secret and show the new one, this once."""
    new = services.rotate_secret(by=request.user, webhook=webhook_for(request.user, webhook_id))
    return _one(request, new.webhook, secret=new.secret)


@signed_in
@require_POST
def enable(request: SignedInRequest, webhook_id: UUID) -> HttpResponse:
    """Send to it again."""
    services.enable(by=request.user, webhook=webhook_for(request.user, webhook_id))
    messages.success(request, _("The webhook is switched on. What was missed is not sent."))
    return redirect("webhooks:webhook", webhook_id)


@signed_in
@require_POST
def delete(request: SignedInRequest, webhook_id: UUID) -> HttpResponse:
    """Delete a webhook."""
    services.remove_webhook(by=request.user, webhook=webhook_for(request.user, webhook_id))
    messages.success(request, _("The webhook is deleted."))
    return redirect("webhooks:list")


def _list(request: SignedInRequest, form: WebhookForm, *, status: int = 200) -> HttpResponse:
    rows = [(each, url_of(each)) for each in webhooks_of(request.user)]
    return render(request, "accounts/notices/webhooks/list.html", {"rows": rows, "form": form}, status=status)


def _one(request: SignedInRequest, webhook: Webhook, *, secret: str = "") -> HttpResponse:
    page = Paginator(deliveries_to(webhook), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(delivery, STATES[delivery.state], say_error(delivery)) for delivery in page]
    context = {"webhook": webhook, "url": url_of(webhook), "secret": secret, "page": page, "rows": rows}
    return render(request, "accounts/notices/webhooks/webhook.html", context)
