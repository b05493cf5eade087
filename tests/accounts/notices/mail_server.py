"""A real mail server on loopback that says what it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

TAKEN = "250 OK"


class MailServer:
    """``recipients`` and ``data`` are the answers to come to RCPT TO and DATA; without any left, all is taken."""

    def __init__(self) -> None:
        self.recipients: list[str] = []
        self.data: list[str] = []
        self.addresses: list[str] = []
        self.taken: list[EmailMessage] = []

    async def handle_RCPT(  # noqa: N802  # the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.recipients.pop(0) if self.recipients else TAKEN
        if answer == TAKEN:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.data.pop(0) if self.data else TAKEN
        if answer == TAKEN:
            self.addresses += envelope.rcpt_tos
            self.taken.append(message_from_bytes(bytes(envelope.content or b""), policy=policy.default))
        return answer


@contextmanager
def running(port: int) -> Iterator[MailServer]:
    """A mail server at ``port``."""
    server = MailServer()
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
