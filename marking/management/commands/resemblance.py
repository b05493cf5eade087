"""``manage.py resemblance CODE --reason TEXT``: a work was held up because it looks like one that was taken down, and does not show that."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.refusals import Refusal
from marking.works import numbers, staying_down
from marking.works.models import Work


class Command(BaseCommand):
    """Exit status: 0 done, 1 there is no such work or it was not held up."""

    help = "Let a work go on that looks like one that was taken down, after somebody looked at both."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="number of the work that waits")
        parser.add_argument("--reason", required=True, help="what was seen; it stands in the record log")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            work = Work.objects.get(pk=numbers.read(options["code"]))
            staying_down.clear(work, by=None, reason=options["reason"], now=timezone.now())
        except (ValueError, Work.DoesNotExist) as error:
            raise CommandError(f"there is no work {options['code']}") from error
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        self.stdout.write(f"{work.code} goes on.")
