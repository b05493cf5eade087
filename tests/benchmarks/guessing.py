"""Whether the log confirms a guess to somebody who reads all of it: ``python -m tests.benchmarks.guessing [GUESSES]``.

A throw-away log of three records is written, two of them sealed; the guesses are what is true, and resident identity numbers, by
themselves and inside of a body. Each is hashed by itself in five ways, and as a commitment with everything that is public for its salt.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time


def main(count: int) -> None:
    """Guess and print. Ends with status 1 where a guess was confirmed."""
    with tempfile.TemporaryDirectory(prefix="yinji-benchmark-") as folder:
        os.environ |= {"YINJI_DATA": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        call_command("migrate", "vault", database="vault", verbosity=0)
        confirmed, seconds = _guessed(count)
    print(f"{count} guesses, {confirmed} confirmed, {seconds:.0f} s of CPU")
    sys.exit(1 if confirmed else 0)


def _guessed(count: int) -> tuple[int, float]:
    from django.db import transaction

    from accounts.records.canonical import canonical
    from accounts.records.log import append
    from accounts.users.models import User
    from tests.accounts.records.guessing import confirmed, guesses, public_salts, told_by

    true = {"name": "Ada Lovelace", "number": "11010519491231002X", "phone": "13800138000"}
    bodies = [(true, True), ({"n": 1}, True), ({"name": "resident_id", "number": "", "phone": ""}, False)]
    with transaction.atomic():
        user = User.objects.create_user("ada@example.com", "correct horse battery")
        kind, subject = "account.created", "work:1"
        entries = [
            bytes(
                append(
                    kind=kind, subject=subject, body=body, by=None, person=user if is_sealed else None
                ).entry
            )
            for body, is_sealed in bodies
        ]
    told, salts = told_by(entries), public_salts(entries)
    known = [
        *(canonical({**body, "session": "none"}) for body, _ in bodies),
        *(each.encode() for each in true.values()),
    ]
    begin = time.process_time()
    hits = sum(confirmed(each, told, salts) for each in guesses(count, known))
    return hits, time.process_time() - begin


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000)
