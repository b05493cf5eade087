"""The way out of all mail of this kind, for whoever reads an address."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access.declare import public
from accounts.access.own_pages import from_own_pages
from consent.contacts import opting_out
from consent.contacts.models import Contact
from consent.contacts.services import holds


@public
@from_own_pages
@require_http_methods(["GET", "HEAD", "POST"])
def opt_out(request: HttpRequest, token: str) -> HttpResponse:
    """To open it changes nothing; its button ends all mail to the address, or lets the account that holds it take that back."""
    contact = opting_out.contact_by_token(token)
    if contact is None:
        raise Http404("There is no such way out.")
    may_opt_in = _may_opt_in(request, contact)
    if request.method == "POST":
        if not request.POST.get("back"):
            opting_out.opt_out(contact)
        elif may_opt_in and request.user.is_authenticated:
            opting_out.opt_in(by=request.user, contact=contact)
        return redirect("contacts:opt-out", token)
    context = {"is_out": contact.opted_out_at is not None, "may_opt_in": may_opt_in}
    return render(request, "consent/contacts/opt_out.html", context)


def _may_opt_in(request: HttpRequest, contact: Contact) -> bool:
    user = request.user
    return contact.opted_out_at is not None and user.is_authenticated and holds(user, contact)
