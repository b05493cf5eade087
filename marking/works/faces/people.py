"""The people in a work that waits for consent: at least as many as real faces were found in it."""

from __future__ import annotations

from datetime import datetime

from consent.uses import depicting
from consent.uses.models import Use
from consent.uses.queries import grants_of, lock, use_of
from consent.uses.services import check, propose
from marking.works.declaration import Depicts
from marking.works.faces.queries import real_people
from marking.works.gate import subject_of
from marking.works.models import Work


def keep_places(work: Work, use: Use) -> None:
    """Keep a place in ``use`` for everybody who is declared or was found in ``work`` and whom nobody named yet."""
    depicting.add_unnamed(use, sorted(Depicts(work.depicts).elements), faces=real_people(work))


def hold(work: Work) -> None:
    """Lock the grants and then the use of ``work``, as whoever ends them does, before the work itself is locked."""
    use = use_of(subject_of(work))
    if use is not None:
        grants_of(use)
        lock(use)


def await_consent(work: Work, *, now: datetime) -> None:
    """Note whom ``work``, which waits for consent, shows, and ask whether they allow it. What they do allow is queued."""
    use = propose(owner=work.owner, subject=subject_of(work), output_sha256=work.source_sha256, now=now)
    keep_places(work, use)
    check(use, now=now)
    work.refresh_from_db()
