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

from tests.accounts.records import telling

LONGEST = 0.12
"""Seconds after which a process is killed at the latest."""
MOST = 10
"""Times as many as asked for are killed at most, on a machine so busy that none of them comes to open a shard."""
WHOLE_EVERY = 50
MOST_SHARDS = 25
"""About as many as are begun, however many are killed: each look at the log takes in all of them."""


def main(times: int, seed: int) -> dict[str, int]:
    """Kill ``times`` processes over one log; more, where none of them had the time to open a shard. Raises AssertionError for the first thing that was lost."""
    with tempfile.TemporaryDirectory(prefix="yinji-crashes-") as folder:
        telling.begin(Path(folder))
        told = Path(folder) / "told"
        chance, kills, counts = random.Random(seed), 0, {"shards": 0}
        while kills < times or (counts["shards"] < 2 and kills < MOST * times):
            told.write_bytes(b"")
            _kill_one(told, chance.uniform(0.0, LONGEST), max(2, times // MOST_SHARDS))
            is_whole = kills % WHOLE_EVERY == 0 or kills >= times - 1
            telling.check(telling.told(told.read_bytes()), is_whole=is_whole)
            kills += 1
            counts = _counts(kills)
        return counts


def _kill_one(told: Path, after: float, rotated_every: int) -> None:
    telling.leave_database()
    child = os.fork()
    if not child:
        _write(told, rotated_every)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _write(told: Path, rotated_every: int) -> None:
    """Append, sign and rotate until killed; tell what is committed only when it is."""
    from accounts.records.models import Record

    random.seed()  # or every child would begin alike
    with told.open("ab", buffering=0) as say:
        while True:
            if random.randrange(rotated_every) == 0 and Record.objects.exists():
                say.write(telling.line(telling.rotate()))
            for _ in range(random.randrange(1, 40)):
                say.write(telling.line(telling.append()))
            if signed := telling.sign():
                say.write(telling.line(signed))


def _counts(kills: int) -> dict[str, int]:
    from accounts.records.models import Checkpoint, Record, Shard

    return {
        "kills": kills,
        "records": Record.objects.count(),
        "checkpoints": Checkpoint.objects.count(),
        "shards": Shard.objects.count(),
    }


if __name__ == "__main__":
    counts = main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    sys.stdout.write(f"{json.dumps(counts)}\n")
