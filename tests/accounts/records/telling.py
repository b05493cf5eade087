"""A log in a folder of its own, steps that tell what they have committed, and whether all that was told is there.

For programs in whose processes these steps are stopped or fail; no module of the site is imported before :func:`begin`.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

Said = tuple[str, int, str]
"""What a step has committed: its kind, its number, and what is kept under it."""


def begin(folder: Path) -> None:
    """Set Django up in this process, with an empty log below ``folder``."""
    for name in [name for name in os.environ if name.startswith("YINJI_")]:
        del os.environ[name]
    os.environ.update({"YINJI_DATA": str(folder / "data"), "DJANGO_SETTINGS_MODULE": "config.settings"})
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from accounts.records import rotating, verify_tree  # noqa: F401  # so that no child is stopped while it imports


def append() -> Said:
    """Commit a record."""
    from django.db import transaction

    from accounts.records import log

    with transaction.atomic():
        record = log.append(kind="account.created", subject="work:1", body={}, by=None)
    return "record", record.sequence, str(record.event_id)


def sign() -> Said | None:
    """Sign what is new; None where nothing is."""
    from accounts.records.sequencing import advance

    checkpoint = advance()
    return ("checkpoint", checkpoint.size, bytes(checkpoint.root).hex()) if checkpoint else None


def rotate() -> Said:
    """Open the next shard."""
    from accounts.records import rotating

    shard = rotating.rotate()
    return "shard", shard.first, shard.origin


def line(said: Said) -> bytes:
    """What was said, for a file or a socket."""
    return f"{json.dumps(said)}\n".encode()


def told(lines: bytes) -> list[Said]:
    """What whole lines say; the last one may have been cut off."""
    return [tuple(json.loads(each)) for each in lines.splitlines() if each.endswith(b"]")]


def check(said: list[Said], *, is_whole: bool) -> None:
    """What was told is there, each number once, and the log goes on. Raises AssertionError, or what stops the log."""
    from accounts.records.models import Checkpoint, Record, Shard
    from accounts.records.sequencing import advance
    from accounts.records.verify import Findings, verify
    from accounts.records.verify_tree import check_bytes, quick

    advance()
    for kind, number, what in said:
        if kind == "record":
            assert str(Record.objects.get(sequence=number).event_id) == what
        elif kind == "shard":
            assert Shard.objects.get(first=number).origin == what
        else:
            assert bytes(Checkpoint.objects.get(size=number).root).hex() == what
    findings = verify() if is_whole else Findings()
    (check_bytes if is_whole else quick)(findings)
    assert findings.told == []


def leave_database() -> None:
    """Close what is open, so that a child may open it by itself, or the files be replaced."""
    from django.db import connections

    connections.close_all()
