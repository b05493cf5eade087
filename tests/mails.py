"""What went out by mail, the outbox emptied first."""

from __future__ import annotations

from django.core import mail
from django.core.mail import EmailMessage

from accounts.notices import outbox
from accounts.notices.models import OutgoingMail
from accounts.notices.states import SendingState


def letters() -> list[EmailMessage]:
    """All mails that were sent in this test, oldest first."""
    waiting = OutgoingMail.objects.filter(state=SendingState.WAITING, due_at__isnull=False)
    for letter in waiting.order_by("created_at", "pk"):
        outbox.send(letter.pk, now=letter.due_at)
    return list(mail.outbox)
