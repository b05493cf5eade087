"""How long new keys for the vault take: ``python -m tests.benchmarks.rotation [IDENTITIES]``.

Over a throw-away installation with the embedded databases, one process. Prints a table with the time and the CPU time for that many and,
multiplied, for a hundred thousand: every identity is handled by itself, so the time grows with their number.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator

FULL = 100_000
BATCH = 500


def main(identities: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="yinji-benchmark-") as folder:
        os.environ |= {"YINJI_DATA": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
        for line in table(_measured(identities), identities):
            print(line)


def _measured(identities: int) -> dict[str, tuple[float, float]]:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("migrate", "vault", database="vault", verbosity=0)
    filling = _timed(lambda: _fill(identities))
    _add_keys()
    return {"fill": filling, **_rotated(identities)}


def _fill(identities: int) -> None:
    """Verify people as the operator's word does; many in one transaction, since the log is not what is measured."""
    from django.db import transaction

    for start in range(0, identities, BATCH):
        with transaction.atomic():
            for place in range(start, min(start + BATCH, identities)):
                _verify(place)


def _verify(place: int) -> None:
    from accounts.identity.documents import DocumentType
    from accounts.identity.services import vouch
    from accounts.users.models import User

    user = User(email=f"person{place}@example.com")
    user.set_unusable_password()
    user.save()
    facts = {"name": f"欧阳{place}娜", "number": f"E{place:08d}", "phone": f"139{place:08d}"}
    vouch(by=None, user=user, document_type=DocumentType.PASSPORT, **facts)


def _add_keys() -> None:
    """A new key of each kind, and what a restart does."""
    from django.conf import settings

    from accounts.vault import opening_keys
    from config import keys

    file = settings.DATA / "keys.json"
    keys.add_vault_key(file)
    keys.add_identity_index_key(file)
    opening_keys.add(settings.DATA)
    settings.KEYS = keys.load_or_create(file, may_create=False)
    settings.SEALING_KEYS = opening_keys.load_sealing(settings.DATA, given="", may_create=False)


def _rotated(identities: int) -> dict[str, tuple[float, float]]:
    from django.conf import settings

    from accounts.identity.reindexing import outdated, reindex
    from accounts.vault import keeper, rotation
    from accounts.vault.opening_keys import load_opening

    with keeper.holding(load_opening(settings.DATA)):
        times = {
            "master": _timed(rotation.rewrap_all),
            "index": _timed(reindex),
            "opening": _timed(rotation.reseal_all),
        }
    assert not any(rotation.outdated_keys().values())
    assert not outdated().exists()
    assert not rotation.outdated_identities().exists()
    return times


def _timed(act: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock, and of CPU: these hold on a busy machine as well."""
    started, used = time.monotonic(), time.process_time()
    act()
    return time.monotonic() - started, time.process_time() - used


def table(times: dict[str, tuple[float, float]], identities: int) -> Iterator[str]:
    """The lines of a table in Markdown. ``times``: seconds by the clock and of CPU for ``identities``, by what was done."""
    yield f"| step | {identities} identities | CPU | {FULL}, extrapolated | CPU |"
    yield "|---|---|---|---|---|"
    rotations = [each for name, each in times.items() if name != "fill"]
    total = (sum(each for each, _ in rotations), sum(each for _, each in rotations))
    for name, (seconds, used) in {**times, "all three rotations": total}.items():
        full, of_cpu = (each * FULL / identities / 60 for each in (seconds, used))
        yield f"| {name} | {seconds:.1f} s | {used:.1f} s | {full:.1f} min | {of_cpu:.1f} min |"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
