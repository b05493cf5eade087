"""Never to be written to again: whoever reads an address may say so, and only the account that holds it may take it back."""

from __future__ import annotations

import hmac
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.records import log
from accounts.refusals import Refusal
from accounts.users.models import User
from consent.contacts.models import Contact
from consent.contacts.services import holds

MAC_DIGITS = 32
"""128 bits in hexadecimal."""


def token_for(contact: Contact) -> str:
    """The token of the way out for an address: its reference and 128 bits under a key, 64 hexadecimal digits."""
    return f"{contact.reference.hex}{_mac(contact.reference)}"


def contact_by_token(token: str) -> Contact | None:
    """The contact whose way out ``token`` is; None for any other text."""
    reference, mac = token[:MAC_DIGITS], token[MAC_DIGITS:]
    try:
        found = UUID(hex=reference)
    except ValueError:
        return None
    if not hmac.compare_digest(_mac(found).encode(), mac.encode()):
        return None
    return Contact.objects.filter(pk=found).first()


def opt_out(contact: Contact, *, now: datetime | None = None) -> None:
    """Write to this address no more, whoever asks. A second call changes nothing."""
    now = now or timezone.now()
    with transaction.atomic():
        if Contact.objects.filter(pk=contact.pk, opted_out_at__isnull=True).update(opted_out_at=now):
            _record("contact.opted_out", contact, by=None, now=now)
    contact.refresh_from_db()


def opt_in(*, by: User, contact: Contact, now: datetime | None = None) -> None:
    """Let an address of one's own be written to again. A second call changes nothing. Refused with ``not_yours``."""
    now = now or timezone.now()
    if not holds(by, contact):
        sentence = _("Only the account that holds this address can take that back.")
        raise Refusal("not_yours", sentence, status=403)
    with transaction.atomic():
        if Contact.objects.filter(pk=contact.pk, opted_out_at__isnull=False).update(opted_out_at=None):
            _record("contact.opted_in", contact, by=by, now=now)
    contact.refresh_from_db()


def _record(kind: str, contact: Contact, *, by: User | None, now: datetime) -> None:
    log.append(kind=kind, subject=f"contact:{contact.reference}", body={}, by=by, person=by, now=now)


def _mac(reference: UUID) -> str:
    key = hmac.new(bytes.fromhex(settings.KEYS.blind_index_key), b"ways out of mail", sha256).digest()
    return hmac.new(key, reference.hex.encode(), sha256).hexdigest()[:MAC_DIGITS]
