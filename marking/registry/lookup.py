"""From a file back to its work: by payload, by exact hash, by likeness."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from django.apps import apps
from django.db import connection
from django.db.models import QuerySet

from accounts.prepared import Prepared, columns, instances
from marking.marks.fingerprint import SAME_PICTURE
from marking.marks.fingerprint.features import LIKE, unpack, votes
from marking.registry import parts
from marking.registry.index import Hit, current
from marking.registry.models import IndexEntry, Registration, Variant

if TYPE_CHECKING:
    from marking.works.models import Work

ENTRIES_AT_ONCE = 100
"""Entries read from the database at a time."""
MOST_NEAR = 20
"""Near registrations returned."""


class Near(NamedTuple):
    """A registration, its distance in bits, and the turn of the picture asked about that looks like it."""

    registration: Registration
    distance: int
    way: int


class Likeness(NamedTuple):
    """A registration, and how many local features a picture shares with it in one place, turn and size."""

    registration: Registration
    votes: int


def by_payload(payload: int) -> Registration | None:
    """Return the registration whose watermark carries ``payload`` (48 bits), be the work deleted or not."""
    return next(_registrations(_BY_PAYLOAD, payload=payload), None)


def by_sha256(sha256: str) -> Registration | None:
    """Return the first registration of a file with this SHA-256 (64 lower-case hex digits)."""
    return next(_registrations(_BY_SHA256, sha256=sha256), None)


def variant_by_sha256(sha256: str) -> Variant | None:
    """Return the first copy without a visible label with this SHA-256 (64 lower-case hex digits) that was given out."""
    for variant in instances(Variant, _VARIANTS, sha256=sha256):
        variant.registration = next(_registrations(_BY_WORK, work=variant.registration_id))
        return variant
    return None


def _registrations(prepared: Prepared, **values: int | str) -> Iterator[Registration]:
    """The registrations that a query for `_with_work` finds, each with its work."""
    work, names = _work(), columns(Registration)
    for row in prepared.rows(**values):
        found = Registration.from_db(connection.alias, names, row[: len(names)])
        found.work = work.from_db(connection.alias, columns(work), row[len(names) :])
        yield found


def _work() -> type[Work]:
    """The model of works, whose room reads this one."""
    return apps.get_model("marking", "Work")


def _with_work(found: QuerySet[Registration]) -> QuerySet[Registration, tuple[object, ...]]:
    return found.values_list(*columns(Registration), *(f"work__{name}" for name in columns(_work())))


_BY_PAYLOAD = Prepared(lambda payload: _with_work(Registration.objects.filter(payload=payload)))
_BY_WORK = Prepared(lambda work: _with_work(Registration.objects.filter(work=work)))
_BY_SHA256 = Prepared(
    lambda sha256: _with_work(Registration.objects.filter(sha256=sha256).order_by("registered_at", "pk")[:1])
)
_VARIANTS = Prepared(
    lambda sha256: (
        Variant.objects.filter(sha256=sha256)
        .order_by("registered_at", "pk")
        .values_list(*columns(Variant))[:1]
    )
)


def near(fingerprint: bytes, *, radius: int = SAME_PICTURE) -> list[tuple[Registration, int]]:
    """Return what looks like ``fingerprint`` (32 bytes): at most `MOST_NEAR`, nearest first, with distances in bits.

    ``radius``: largest distance, 0 to 256. Pictures without structure look like nothing. A work is as near as the
    nearest of its released file and its copies without the visible label.
    """
    return [(found.registration, found.distance) for found in near_any_way((fingerprint,), radius=radius)]


def near_any_way(turned: Sequence[bytes], *, radius: int = SAME_PICTURE) -> list[Near]:
    """Return what looks like a picture in any of its turns, once each: at most `MOST_NEAR`, nearest first.

    ``turned``: the fingerprints of :func:`marking.marks.fingerprint.turned`. Otherwise as `near`.
    """
    return list(islice(_near(turned, radius), MOST_NEAR))


def near_blocked(
    turned: Sequence[bytes], *, states: Collection[str], radius: int = SAME_PICTURE
) -> list[Near]:
    """Return what looks like a picture in any of its turns and is of a work in one of ``states``, or of one that the desk
    blocked, as `near_any_way` does.

    For what must stay down: works stay registered when they are withdrawn, so their copies are still known.
    """
    blocked = (found for found in _near(turned, radius) if _is_blocked(found.registration.work, states))
    return list(islice(blocked, MOST_NEAR))


def _is_blocked(work: Work, states: Collection[str]) -> bool:
    return work.state in states or work.blocked_at is not None


def by_features(features: bytes) -> list[Likeness]:
    """Return the works of which a picture shows a part: a crop, or a piece of a collage. The likeliest first.

    ``features``: :func:`marking.marks.fingerprint.features.take` with ``most=MOST_ASKED``. Mirrored parts have other ones:
    ask again with those of the mirrored picture. Works registered before features were kept are not found. A likeness is a
    candidate, which a comparison of the pictures has to confirm. Raises ValueError for bytes that are no features.
    """
    asked = unpack(features)
    entries = IndexEntry.objects.select_related("registration__work").in_bulk(parts.current().likely(asked))
    compared = (
        Likeness(entry.registration, votes(asked, unpack(bytes(entry.registration.features))))
        for entry in entries.values()
    )
    alike = [likeness for likeness in compared if likeness.votes >= LIKE]
    return sorted(alike, key=lambda each: (-each.votes, each.registration.pk))


def _near(fingerprints: Sequence[bytes], radius: int) -> Iterator[Near]:
    """Every registration within ``radius``, once, nearest first."""
    seen = set()
    hits = current().near(fingerprints, radius)
    while block := list(islice(hits, ENTRIES_AT_ONCE)):
        for hit, registration in _registered(block):
            if registration.pk not in seen:
                seen.add(registration.pk)
                yield Near(registration, hit.distance, hit.way)


def _registered(hits: Sequence[Hit]) -> Iterator[tuple[Hit, Registration]]:
    """The registrations of those entries that are still in the database."""
    related = IndexEntry.objects.select_related("registration__work").defer("registration__features")
    entries = related.in_bulk({hit.entry for hit in hits})
    for hit in hits:
        if hit.entry in entries:
            yield hit, entries[hit.entry].registration
