"""``manage.py user``: accounts from the command line, by the operator."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.db import transaction

from accounts.access.roles import ROLES, Operator
from accounts.identity import services as identity
from accounts.identity.ages import lacks_birth_date
from accounts.identity.documents import STATED, DocumentType
from accounts.identity.queries import latest_claim_of, level_of, verified_claim_of
from accounts.identity.wording import describe
from accounts.refusals import Refusal
from accounts.users import services as users
from accounts.users.erasure import erase_account
from accounts.users.models import User
from accounts.users.queries import latest_acceptance_of

BAD_USE = 2
STAFF_ROLES = {role.name: role for role in ROLES if role is not Operator}
"""What the command gives and takes; an operator is a superuser."""


def _document(text: str) -> tuple[DocumentType, str]:
    kind, colon, number = text.partition(":")
    if not colon or kind not in set(STATED):
        raise argparse.ArgumentTypeError(
            f"expected TYPE:NUMBER with one of {', '.join(STATED)} as TYPE; found {kind!r}"
        )
    return DocumentType(kind), number


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"expected YYYY-MM-DD; found {text!r}") from error


def _user(email: str) -> User:
    found = User.objects.filter(email=email.lower()).first()
    if found is None:
        raise CommandError(f"There is no account with the address {email}.", returncode=1)
    return found


class Command(BaseCommand):
    help = (
        "Accounts: `create` one, make the first `operator`, give or take a `role`, make somebody `reverify`, "
        "`erase` one for good."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        create = actions.add_parser("create", help="Make an account with a confirmed e-mail address.")
        create.add_argument("email", metavar="EMAIL")
        create.add_argument("--real-name", metavar="NAME", help="Name of the person or organisation.")
        create.add_argument("--document", metavar="TYPE:NUMBER", type=_document, help=", ".join(STATED))
        create.add_argument(
            "--birth-date",
            metavar="YYYY-MM-DD",
            type=_day,
            help="For documents whose number does not hold it; without one the account cannot grant a likeness.",
        )
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
        role = actions.add_parser("role", help="Give an account a role of the staff, or take it.")
        role.add_argument("email", metavar="EMAIL")
        role.add_argument("role", metavar="ROLE", choices=sorted(STAFF_ROLES), help=", ".join(STAFF_ROLES))
        role.add_argument("--remove", action="store_true", help="Take the role.")
        reverify = actions.add_parser(
            "reverify", help="End a real name, so that its holder must verify again."
        )
        reverify.add_argument("email", metavar="EMAIL")
        reverify.add_argument("--reason", required=True, help="The holder reads it.")
        erase = actions.add_parser("erase", help="Carry out a deletion that was requested six months ago.")
        erase.add_argument("email", metavar="EMAIL")
        for action in (create, operator, role, reverify, erase):
            action.add_argument("--json", action="store_true", help="One JSON object on standard output.")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        act = {
            "create": self._create,
            "operator": self._operator,
            "role": self._role,
            "reverify": self._reverify,
            "erase": self._erase,
        }[options["action"]]
        try:
            answer, sentence = act(options)
        except Refusal as refusal:
            raise CommandError(refusal.sentence, returncode=1) from refusal
        self.stdout.write(json.dumps(answer, ensure_ascii=False) if options["json"] else sentence)

    def _create(self, options: dict[str, Any]) -> tuple[dict[str, Any], str]:
        has_name, has_document = options["real_name"] is not None, options["document"] is not None
        needs_name = options["approve"] or options["birth_date"] is not None
        if has_name != has_document or (needs_name and not has_name):
            raise CommandError(
                "--real-name and --document go together, and --approve and --birth-date need both.",
                returncode=BAD_USE,
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
        self._warn(user)
        return self._describe(user)

    def _claim(self, user: User, options: dict[str, Any]) -> None:
        kind, number = options["document"]
        facts = {
            "document_type": kind,
            "name": options["real_name"],
            "number": number,
            "birth_date": options["birth_date"],
        }
        if not options["approve"]:
            identity.submit_claim(by=user, **facts)
            return
        identity.vouch(by=None, user=user, **facts)
        users.publish_agreement()
        users.accept_on_behalf(by=None, user=user)

    def _warn(self, user: User) -> None:
        claim = latest_claim_of(user)
        if claim is not None and lacks_birth_date(claim):
            self.stderr.write(
                "No birth date is known: this account cannot agree to uses of anybody's likeness. "
                "State it with --birth-date YYYY-MM-DD."
            )

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

    def _role(self, options: dict[str, Any]) -> tuple[dict[str, Any], str]:
        user, role, is_held = _user(options["email"]), STAFF_ROLES[options["role"]], not options["remove"]
        is_changed = users.set_role(by=None, user=user, role=role, is_held=is_held)
        answer = {"email": user.email, "role": role.name, "held": is_held, "changed": is_changed}
        sentence = f"{user.email} {'holds' if is_held else 'does not hold'} the role {role.name}."
        return answer, sentence

    def _reverify(self, options: dict[str, Any]) -> tuple[dict[str, Any], str]:
        user = _user(options["email"])
        claim = verified_claim_of(user)
        if claim is None:
            raise CommandError(f"{user.email} has no accepted real name to end.", returncode=1)
        identity.end(by=None, claim=claim, reason=options["reason"])
        return self._describe(user)

    def _erase(self, options: dict[str, Any]) -> tuple[dict[str, Any], str]:
        user = erase_account(by=None, user=_user(options["email"]))
        return {"producer_id": user.producer_id, "erased": True}, f"Producer {user.producer_id} is erased."
