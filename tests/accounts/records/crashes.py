"""Kill a process that writes and signs the log, again and again, and look whether anything that it had said was lost.

``python -m tests.accounts.records.crashes TIMES [SEED]``; a thousand take a few minutes. Prints what was found.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

LONGEST = 0.12
"""Seconds after which a process is killed at the latest."""
WHOLE_EVERY = 50
MOST_SHARDS = 25
"""About as many as are begun, however many are killed: each look at the log takes in all of them."""


def main(times: int, seed: int) -> dict[str, int]:
    """Kill ``times`` processes over one log. Raises AssertionError for the first thing that was lost."""
    with tempfile.TemporaryDirectory(prefix="yinji-crashes-") as folder:
        _set_up(Path(folder))
        told = Path(folder) / "told"
        told.touch()
        chance = random.Random(seed)
        for turn in range(times):
            _kill_one(told, chance.uniform(0.0, LONGEST), max(2, times // MOST_SHARDS))
            _check(told, is_whole=turn % WHOLE_EVERY == 0 or turn == times - 1)
        return _counts(times)


def _set_up(folder: Path) -> None:
    for name in [name for name in os.environ if name.startswith("YINJI_")]:
        del os.environ[name]
    os.environ.update({"YINJI_DATA": str(folder / "data"), "DJANGO_SETTINGS_MODULE": "config.settings"})
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from accounts.records import verify_tree  # noqa: F401  # so that no child is killed while it imports


def _kill_one(told: Path, after: float, rotated_every: int) -> None:
    from django.db import connection

    connection.close()
    child = os.fork()
    if not child:
        _write(told, rotated_every)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _write(told: Path, rotated_every: int) -> None:
    """Append, sign and rotate until killed; tell what is committed only when it is."""
    from django.db import transaction

    from accounts.records.log import append
    from accounts.records.models import Record
    from accounts.records.rotating import rotate
    from accounts.records.sequencing import advance

    random.seed()  # or every child would begin alike
    with told.open("ab", buffering=0) as say:
        while True:
            if random.randrange(rotated_every) == 0 and Record.objects.exists():
                shard = rotate()
                say.write(f"{json.dumps(['shard', shard.first, shard.origin])}\n".encode())
            for _ in range(random.randrange(1, 40)):
                with transaction.atomic():
                    record = append(kind="account.created", subject="work:1", body={}, by=None)
                say.write(f"{json.dumps(['record', record.sequence, str(record.event_id)])}\n".encode())
            checkpoint = advance()
            if checkpoint:
                said = ["checkpoint", checkpoint.size, bytes(checkpoint.root).hex()]
                say.write(f"{json.dumps(said)}\n".encode())


def _check(told: Path, *, is_whole: bool) -> None:
    """What was told is there, each number once, and the log goes on."""
    from accounts.records.models import Checkpoint, Record, Shard
    from accounts.records.sequencing import advance
    from accounts.records.verify import Findings, verify
    from accounts.records.verify_tree import check_bytes, quick

    advance()
    lines = [json.loads(line) for line in told.read_bytes().splitlines() if line.endswith(b"]")]
    told.write_bytes(b"")
    for kind, number, what in lines:
        if kind == "record":
            assert str(Record.objects.get(sequence=number).event_id) == what
        elif kind == "shard":
            assert Shard.objects.get(first=number).origin == what
        else:
            assert bytes(Checkpoint.objects.get(size=number).root).hex() == what
    findings = verify() if is_whole else Findings()
    (check_bytes if is_whole else quick)(findings)
    assert findings.told == []


def _counts(times: int) -> dict[str, int]:
    from accounts.records.models import Checkpoint, Record, Shard

    return {
        "kills": times,
        "records": Record.objects.count(),
        "checkpoints": Checkpoint.objects.count(),
        "shards": Shard.objects.count(),
    }


if __name__ == "__main__":
    counts = main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    sys.stdout.write(f"{json.dumps(counts)}\n")
