"""``manage.py filing``: the materials on marking that a filing or a security assessment asks for, as one file."""

from __future__ import annotations

import json as json_format
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations

from accounts.refusals import Refusal
from accounts.users.models import User
from config import filing_pack


class Command(BaseCommand):
    help = "Write how this site marks, with a real sample of every format, into a ZIP file (Labelling Measures Art. 12)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, required=True, metavar="ZIP")
        parser.add_argument(
            "--user", required=True, metavar="EMAIL", help="account whose works the samples are"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    @no_translations
    def handle(self, *, out: Path, user: str, json: bool, **options: Any) -> None:
        owner = User.objects.filter(email=user.lower()).first()
        if owner is None:
            raise CommandError(f"There is no account {user}.", returncode=2)
        try:
            names = filing_pack.write(out, owner=owner)
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        except (filing_pack.NotMarked, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            json_format.dumps({"out": str(out), "files": names}) if json else f"{len(names)} files: {out}"
        )
