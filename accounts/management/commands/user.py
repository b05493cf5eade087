"""``manage.py user``: accounts from the command line, by the operator."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.identity import services as identity
from accounts.identity.documents import DocumentType
from accounts.identity.queries import latest_claim_of, level_of
from accounts.identity.wording import describe
from accounts.refusals import Refusal
from accounts.users import services as users
from accounts.users.models import User
from accounts.users.queries import latest_acceptance_of

BAD_USE = 2


def _document(text: str) -> tuple[DocumentType, str]:
    kind, colon, number = text.partition(":")
    if not colon or kind not in set(DocumentType):
        raise argparse.ArgumentTypeError(
            f"expected TYPE:NUMBER with one of {', '.join(DocumentType)} as TYPE; found {kind!r}"
        )
    return DocumentType(kind), number


class Command(BaseCommand):
    help = "Make accounts: `create` one that the operator answers for, or the first `operator`."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        create = actions.add_parser("create", help="Make an account with a confirmed e-mail address.")
        create.add_argument("email", metavar="EMAIL")
        create.add_argument("--real-name", metavar="NAME", help="Name of the person or organisation.")
        create.add_argument("--document", metavar="TYPE:NUMBER", type=_document, help=", ".join(DocumentType))
        create.add_argument(
            "--approve",
            action="store_true",
            help="Vouch for the name as the operator and answer for the agreement; both are recorded as that.",
        )
        create.add_argument(
            "--password-stdin", action="store_true", help="Read a password from standard input."
        )
        operator = actions.add_parser(
            "operator", help="Make the first operator account; print its password once."
        )
        operator.add_argument("email", metavar="EMAIL")
        for action in (create, operator):
            action.add_argument("--json", action="store_true", help="One JSON object on standard output.")

    def handle(self, *args: Any, **options: Any) -> None:
        act = {"create": self._create, "operator": self._operator}[options["action"]]
        try:
            answer, sentence = act(options)
        except Refusal as refusal:
            raise CommandError(refusal.sentence, returncode=1) from refusal
        self.stdout.write(json.dumps(answer, ensure_ascii=False) if options["json"] else sentence)

    def _create(self, options: dict[str, Any]) -> tuple[dict[str, Any], str]:
        has_name, has_document = options["real_name"] is not None, options["document"] is not None
        if has_name != has_document or (options["approve"] and not has_name):
            raise CommandError(
                "--real-name and --document go together, and --approve needs both.", returncode=BAD_USE
            )
        password = sys.stdin.readline().rstrip("\r\n") if options["password_stdin"] else None
        if password == "":
            raise CommandError(
                "--password-stdin: expected a password; found an empty line.", returncode=BAD_USE
            )
        with transaction.atomic():
            user = users.create_account(by=None, email=options["email"], password=password)
            if has_name:
                self._claim(user, options)
        return self._describe(user)

    def _claim(self, user: User, options: dict[str, Any]) -> None:
        kind, number = options["document"]
        facts = {"document_type": kind, "name": options["real_name"], "number": number}
        if not options["approve"]:
            identity.submit_claim(by=user, **facts)
            return
        identity.vouch(by=None, user=user, **facts)
        users.publish_agreement()
        users.accept_on_behalf(by=None, user=user)

    def _describe(self, user: User) -> tuple[dict[str, Any], str]:
        claim, acceptance, level = latest_claim_of(user), latest_acceptance_of(user), level_of(user)
        answer = {
            "email": user.email,
            "producer_id": user.producer_id,
            "identity": claim.state if claim else "none",
            "level": int(level),
            "agreement": acceptance.agreement_id if acceptance else None,
        }
        return answer, f"{user.email} is producer {user.producer_id}. {describe(level)}."

    def _operator(self, options: dict[str, Any]) -> tuple[dict[str, Any], str]:
        password = users.ensure_operator(email=options["email"])
        if password is None:
            return {"created": False}, "There is an operator account already; nothing was changed."
        answer = {"created": True, "email": options["email"], "password": password}
        return answer, f"Operator {options['email']}, one-time password (shown once; change it): {password}"
