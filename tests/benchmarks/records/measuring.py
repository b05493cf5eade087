"""Measures the log of one throw-away installation, in a process of its own: settings are read once."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from bisect import bisect_left
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles

WRITERS = 4
PACED = 500
"""Events a second at the most while the delay is measured: as many as the site has to keep up with, or as one writer manages."""
SUBJECT = "work:8Z0K3ABCDE"


def main(records: int, seconds: int) -> dict[str, float]:
    """Measure with ``records`` records, and ``seconds`` seconds of paced events. Rates are per second, times in seconds."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    _make_plain_table()
    commits = min(records, 4000)
    found = {
        "records": float(records),
        "commits": commits / _timed(lambda: _in_threads(_commit, commits)),
        "appends_alone": commits / _timed(lambda: _repeat(_append, commits)),
        "appends": records / _timed(lambda: _in_threads(_append, records)),
    }
    return {**found, **_verified(), **_delays(seconds)}


def _verified() -> dict[str, float]:
    from accounts.records.models import Record
    from accounts.records.verify import Findings
    from accounts.records.verify_tree import quick

    found = checked()
    entries = [bytes(each) for each in Record.objects.values_list("entry", flat=True).iterator()]
    times = {
        "quick": _cpu(lambda: quick(Findings())),
        "hashing": _cpu(lambda: [hashlib.sha256(b"\x00" + each).digest() for each in entries]),
    }
    return {**found, "mean_bytes": sum(map(len, entries)) / len(entries), **times, **_handed_over()}


def checked() -> dict[str, float]:
    """Sign the log and check it in three ways: how many records it has, and seconds of CPU. Raises ValueError where something is found."""
    from accounts.records.sequencing import advance
    from accounts.records.verify import Findings, verify
    from accounts.records.verify_tree import check_bytes

    signing, tree, found = _cpu(advance), Findings(), [Findings()]
    times = {
        "signing": signing,
        "bytes": _cpu(lambda: check_bytes(tree)),
        "verify": _cpu(verify),
        "deep": _cpu(lambda: found.append(verify(is_deep=True))),
    }
    if findings := [*tree.told, *found[-1].told]:
        raise ValueError(f"expected a log that is as it was written, found {findings[:3]}")
    return {"total": float(found[-1].records), **times}


def _handed_over() -> dict[str, float]:
    """Seconds of CPU that a package of all records takes to be made, and to be checked by the program in it, alone."""
    from accounts.records.export import package

    made: list[bytes] = []
    making = _cpu(lambda: made.append(package(subject=SUBJECT).content))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "package.zip")
        file.write_bytes(made[0])
        with zipfile.ZipFile(file) as opened:
            program = opened.extract("verify.py", folder)
        begun = _cpu_of_children()
        subprocess.run([sys.executable, "-I", program, str(file)], check=True, capture_output=True)
    return {"export": making, "offline": _cpu_of_children() - begun}


def _cpu_of_children() -> float:
    used = os.times()
    return used.children_user + used.children_system


def _delays(seconds: int) -> dict[str, float]:
    """How long events wait for their checkpoint while one process writes and another signs every two seconds, and how many were written a second."""
    program = [sys.executable, "-m", "tests.benchmarks.records.signer"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as signer:
        try:
            written = _written_paced(seconds)
            signed = _told_until(signer, max(written))
        finally:
            signer.kill()
    sizes = [size for size, _ in signed]
    waits = [signed[bisect_left(sizes, number)][1] - then for number, then in written.items()]
    rate = len(written) / (max(written.values()) - min(written.values()))
    return {"paced": rate, "delay_median": quantiles(waits, n=20)[9], "delay_p95": quantiles(waits, n=20)[18]}


def _told_until(signer: subprocess.Popen[str], last: int) -> list[tuple[int, float]]:
    """What the signer printed until the record ``last`` is covered."""
    signed: list[tuple[int, float]] = []
    for line in signer.stdout or ():
        size, at = line.split()
        signed.append((int(size), float(at)))
        if int(size) >= last:
            break
    return signed


def _written_paced(seconds: int) -> dict[int, float]:
    written: dict[int, float] = {}
    begun = time.monotonic()
    for event in range(seconds * PACED):
        time.sleep(max(0.0, begun + event / PACED - time.monotonic()))
        number = _append()
        written[number] = time.monotonic()
    return written


def _append() -> int:
    from django.db import transaction

    from accounts.records.log import append

    body = {"sha256": "0" * 64, "bytes": 1234567, "media_type": "image/png"}
    with transaction.atomic():
        return append(kind="account.created", subject=SUBJECT, body=body, by=None).sequence


def _commit() -> None:
    """A transaction that inserts one row of a record's size, and nothing else."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO plain_rows (content) VALUES (%s)", ["x" * 600])


def _make_plain_table() -> None:
    from django.db import connection

    key = "INTEGER PRIMARY KEY" if connection.vendor == "sqlite" else "BIGSERIAL PRIMARY KEY"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE plain_rows (id {key}, content TEXT)")


def _in_threads(what: Callable[[], object], times: int) -> None:
    """Run ``what`` as often, shared out over a few writers."""
    threads = [threading.Thread(target=_repeat, args=(what, times // WRITERS)) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _repeat(what: Callable[[], object], times: int) -> None:
    from django.db import connection

    for _ in range(times):
        what()
    connection.close()


def _cpu(what: Callable[[], object]) -> float:
    """Seconds of this process's own work, which hold on a busy machine as well."""
    begun = time.process_time()
    what()
    return time.process_time() - begun


def _timed(what: Callable[[], object]) -> float:
    begun = time.perf_counter()
    what()
    return time.perf_counter() - begun


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    sys.stdout.write(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))
