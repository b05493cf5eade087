"""Rendering one mail and handing it to the mail server; what its answers mean."""

from __future__ import annotations

import smtplib
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template import Context, Engine
from django.utils import translation

from accounts.notices.contents import address_of, params_of
from accounts.notices.models import OutgoingMail
from accounts.vault.wrapped_key import Damaged

PARTS = ("subject", "body")
PERMANENT = range(500, 600)  # RFC 5321 section 4.2.1
NOT_SIGNED_IN = 530  # RFC 4954 section 6: about this site's settings, not about the mail


class NotSent(Exception):
    """A mail was not sent. ``code`` says why, in a word or a number, without anybody's address."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Refused(NotSent):
    """The same mail to the same address can only fail again: it was refused for good, or cannot be written."""


class PutOff(NotSent):
    """It may work later."""


class ServerAway(PutOff):
    """It may work later, and till then no other mail will: the server is away or does not let this site in."""


def template_name(template: str, part: str) -> str:
    """The file of one part of a mail, below the folder of templates."""
    return f"mail/{template}.{part}.txt"


def send(mail: OutgoingMail) -> None:
    """Send a mail. Raises :class:`Refused`, :class:`PutOff` or :class:`ServerAway`."""
    try:
        _message(mail).send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _said in error.recipients.values()]
        is_permanent = all(code in PERMANENT and code != NOT_SIGNED_IN for code in codes)
        raise (Refused if is_permanent else PutOff)(str(codes[0])) from error
    except smtplib.SMTPDataError as error:
        raise (Refused if error.smtp_code in PERMANENT else PutOff)(str(error.smtp_code)) from error
    except smtplib.SMTPResponseException as error:  # greeting, sign-in or this site's own address
        raise ServerAway(str(error.smtp_code)) from error
    except OSError as error:  # every smtplib.SMTPException is one
        raise ServerAway(type(error).__name__[:60]) from error
    except (UnicodeError, ValueError, Damaged) as error:
        raise Refused(type(error).__name__[:60]) from error


def render(template: str, part: str, params: Mapping[str, str]) -> str:
    """One part of a mail in the language that is active: plain text, so nothing is escaped."""
    context = Context({**params, "site_url": settings.SITE_URL}, autoescape=False)
    return Engine.get_default().get_template(template_name(template, part)).render(context).strip()


def one_line(text: str) -> str:
    """``text`` without line breaks and control characters, so that no value can begin a header or a paragraph."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def _message(mail: OutgoingMail) -> EmailMessage:
    params = {name: one_line(value) for name, value in params_of(mail).items()}
    with translation.override(mail.language):
        subject, body = (render(mail.template, part, params) for part in PARTS)
    return EmailMessage(
        f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{one_line(subject)}",
        f"{body}\n",
        to=[address_of(mail)],
        # RFC 3834 section 5: no machine answers this. The id is the same at every try, so that copies can be told.
        headers={"Auto-Submitted": "auto-generated", "Message-ID": f"<{mail.pk}@{_host()}>"},
    )


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"
