"""How often a requester may ask. Only their own acts, and what they were shown, count here: nothing of it tells on a person.

What a person did without their knowledge (refused silently, blocked, reported) holds a request back in
:mod:`consent.requests.holding`, where nobody sees it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from accounts.users.models import User
from consent.contacts.models import Contact
from consent.requests.models import Request
from consent.requests.queries import shown_as
from consent.requests.states import Shown

WINDOW = timedelta(days=30)
MOST_TO_ONE_CONTACT = 3
"""Requests, edits among them, that one requester sends to one address within :data:`WINDOW`."""
COOL_DOWN = timedelta(days=30)
"""How long nobody is asked again by whom they refused or did not answer."""


def require_no_open(by: User, contact: Contact, subject: str, now: datetime) -> None:
    """Raise :class:`Refusal` ``request_open`` where what ``by`` sees as open asks the same person for the same work."""
    asked = Request.objects.filter(requester=by, contact=contact, subject=subject)
    if asked.filter(
        shown_as(Shown.DRAFT)(now) | shown_as(Shown.SENT)(now) | shown_as(Shown.COUNTERED)(now)
    ).exists():
        raise open_already()


def open_already() -> Refusal:
    """The refusal of a second request to the same person for the same work."""
    return Refusal(
        "request_open", _("You have an open request to this person for the same: edit or cancel that one.")
    )


def require_room(by: User, contact: Contact, now: datetime) -> None:
    """Raise :class:`Refusal` ``too_many_requests`` or ``asked_often`` (429), or ``cooling_down``."""
    sent = Request.objects.filter(requester=by, sent_at__isnull=False)
    most = settings.ENVIRONMENT["YINJI_REQUESTS_PER_DAY"]
    if sent.filter(sent_at__gt=now - timedelta(days=1)).count() >= most:
        sentence = _("An account sends at most %(most)d requests in 24 hours. Try again later.")
        raise Refusal("too_many_requests", sentence % {"most": most}, status=429)
    if sent.filter(contact=contact, sent_at__gt=now - WINDOW).count() >= MOST_TO_ONE_CONTACT:
        sentence = _("You asked this person %(most)d times within 30 days. Give them time.")
        raise Refusal("asked_often", sentence % {"most": MOST_TO_ONE_CONTACT}, status=429)


def require_cooled_down(by: User, contact: Contact, now: datetime) -> None:
    """Raise :class:`Refusal` ``cooling_down`` within 30 days of a refusal that ``by`` was shown, or of a deadline without an answer."""
    asked = Request.objects.filter(requester=by, contact=contact)
    refused = Q(answered_at__gt=now - COOL_DOWN) & shown_as(Shown.REFUSED)(now)
    unanswered = Q(answer_by__gt=now - COOL_DOWN) & shown_as(Shown.NO_ANSWER)(now)
    ended = [
        each.answered_at if each.refused_openly else each.answer_by
        for each in asked.filter(refused | unanswered)
    ]
    if ended:
        until = timezone.localdate(max(at for at in ended if at is not None) + COOL_DOWN)
        sentence = _("This person refused or did not answer. You can ask them again from %(date)s.")
        raise Refusal("cooling_down", sentence % {"date": until.isoformat()}, status=429)
