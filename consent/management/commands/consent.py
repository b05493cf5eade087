"""``manage.py consent suspend | lift GRANT``: let a consent rest while a dispute about it is settled, and take it up again."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.refusals import Refusal
from consent.grants.models import Grant, Suspension
from consent.withdrawal.suspension import lift, suspend


class Command(BaseCommand):
    """Exit status: 0 done, 1 there is no such consent, or it is in another state."""

    help = "Let a consent rest, with everything that stands under it, or take it up again."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        rest = actions.add_parser("suspend", help="take down what stands under it; the files stay")
        rest.add_argument("grant", help="its reference")
        rest.add_argument("--because", choices=Suspension.values, default=Suspension.DISPUTE.value)
        actions.add_parser("lift", help="show again what everybody allows").add_argument("grant")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            grant = Grant.objects.get(pk=options["grant"])
            if options["action"] == "suspend":
                held = suspend(grant, Suspension(options["because"]), by=None)
            else:
                held = lift(grant, by=None)
        except (Grant.DoesNotExist, ValidationError) as error:
            raise CommandError(f"there is no consent {options['grant']}") from error
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        self.stdout.write(f"{held.reference}: {held.state}")
