"""``manage.py serve``: set everything up and run web, worker, keeper and scheduler together."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError

from accounts.refusals import Refusal
from accounts.users.services import ensure_operator, publish_agreement
from config import samples
from config.migrating import in_turn
from config.serve import OPERATOR_EMAIL, parts, prepare
from config.starting import NotStartable, refuse_taken_port, sole_owner
from config.supervisor import Supervisor


class Command(BaseCommand):
    help = "Set up the data folder and run the site: web, worker, keeper and scheduler, supervised together."
    # What depends on the installation. The rest depends on the code alone and would load all pages into a process that shows none.
    requires_system_checks = (Tags.security, Tags.caches, Tags.files)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--only", choices=["web", "worker", "keeper", "scheduler"], help="run this part alone"
        )
        parser.add_argument(
            "--samples", action="store_true", help="add a sample creator with a few marked works"
        )
        parser.add_argument(
            "--operator", default=OPERATOR_EMAIL, help="e-mail address of the first operator account"
        )

    def handle(self, *, only: str | None, samples: bool, operator: str, **options: Any) -> None:
        try:
            with ExitStack() as stack:
                held = [stack.enter_context(sole_owner(settings.DATA))] if only is None else []
                self._serve(only, with_samples=samples, operator=operator, held=held)
        except (NotStartable, Refusal) as error:
            raise CommandError(str(error)) from error

    def _serve(self, only: str | None, *, with_samples: bool, operator: str, held: Sequence[int]) -> None:
        environment = settings.ENVIRONMENT
        if only in {None, "web"}:
            refuse_taken_port(environment["YINJI_HOST"], environment["YINJI_PORT"])
        self.stdout.write("Preparing database, static files and keys …")
        with in_turn(settings.DATA):
            prepare(only=only)
            publish_agreement()
            self._greet_operator(operator)
        if with_samples:
            for line in samples.add():
                self.stdout.write(line)
        chosen = [part for name, group in parts().items() if only in {None, name} for part in group]
        self.stdout.write(f"Yinji 印记 serves {settings.SITE_URL} from {settings.DATA} — stop with Ctrl-C.")
        self.stdout.flush()
        Supervisor(chosen, settings.ROOT, handed_on=held).run()
        self.stdout.write("Stopped.")

    def _greet_operator(self, email: str) -> None:
        password = ensure_operator(email=email)
        if password is not None:
            self.stdout.write(
                f"Operator account: {email}  one-time password: {password}  (shown once; change it after signing in)"
            )
