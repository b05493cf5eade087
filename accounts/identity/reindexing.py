"""Indexes under a new key. What the vault holds is opened for it, so that this runs where the opening key is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.identity import indexes
from accounts.identity.claim_vault import is_named, name_of, number_of, phone_of
from accounts.identity.documents import Document, DocumentType
from accounts.identity.models import ClaimIndex, IdentityClaim, Purpose
from accounts.vault import keeper
from accounts.vault.keeper import Damaged, Erased, Field
from accounts.vault.key_files import index_keys
from accounts.vault.store.models import SealedIdentity

BATCH = 50
"""Claims in one transaction: about 50 ms, for which others wait on SQLite."""

Values = dict[Purpose, str]


@dataclass
class Reindexed:
    """What came of it. ``duplicates``: claims whose document another verified account has under the new key.

    ``unreadable``: also those of people whom a provider knows and does not name. They keep their old index until they renew.
    """

    indexed: int = 0
    unreadable: int = 0
    pruned: int = 0
    duplicates: list[str] = field(default_factory=list)

    @property
    def changed(self) -> int:
        """How many were brought under the newest key."""
        return self.indexed

    @property
    def left(self) -> int:
        """How many stay under an older key."""
        return self.unreadable + len(self.duplicates)

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


def outdated() -> QuerySet[IdentityClaim]:
    """Claims that are indexed, and not under the newest key."""
    own = ClaimIndex.objects.filter(claim=OuterRef("pk"), purpose=Purpose.DOCUMENT)
    return IdentityClaim.objects.filter(Exists(own), ~Exists(own.filter(version=_versions()[0])))


def unknown_to_all_keys() -> QuerySet[IdentityClaim]:
    """Claims that no valid key finds: another account could be verified with their documents."""
    own = ClaimIndex.objects.filter(claim=OuterRef("pk"), purpose=Purpose.DOCUMENT)
    return IdentityClaim.objects.filter(Exists(own), ~Exists(own.filter(version__in=_versions())))


def reindex(progress: Callable[[int], None] | None = None) -> Reindexed:
    """Index every claim under the newest key, beside the running site, and drop what removed keys wrote.

    Safe to stop and to run again. Raises :class:`~accounts.vault.keeper.KeeperAbsent` without the opening key.
    """
    done, last = Reindexed(), 0
    while batch := list(
        outdated().filter(pk__gt=last).select_related("user__person_key").order_by("pk")[:BATCH]
    ):
        _reindex(done, [(claim, values) for claim in batch if (values := _values(claim, done)) is not None])
        last = batch[-1].pk
        if progress:
            progress(done.indexed)
    done.pruned = _prune()
    return done


def _reindex(done: Reindexed, batch: list[tuple[IdentityClaim, Values]]) -> None:
    with transaction.atomic():
        for claim, values in batch:
            try:
                with transaction.atomic():
                    done.indexed += _write(claim, values)
            except IntegrityError:
                done.duplicates.append(str(claim.reference))


def _write(claim: IdentityClaim, values: Values) -> bool:
    """Index ``claim`` as it is now; one that was emptied meanwhile stays unknown."""
    now = IdentityClaim.objects.select_for_update().get(pk=claim.pk)
    if not now.indexes.exists():
        return False
    indexes.write(now, values)
    return True


def _values(claim: IdentityClaim, done: Reindexed) -> Values | None:
    try:
        name, number, phone = _opened(claim)
    except (Erased, Damaged):
        done.unreadable += 1
        return None
    return indexes.values_of(name, Document(DocumentType(claim.document_type), number), phone)


def _opened(claim: IdentityClaim) -> tuple[str, str, str]:
    if claim.deposit is None and not is_named(claim):
        raise Damaged("Nothing is kept of this claim but its index.")
    if claim.deposit is None:
        return name_of(claim), number_of(claim), phone_of(claim)
    row = SealedIdentity.objects.filter(pk=claim.deposit).first()
    if row is None:
        raise Damaged("The vault lacks what this claim deposited.")
    opened = keeper.open_row(row)
    return opened[Field.NAME], opened[Field.NUMBER], opened[Field.PHONE]


def _prune() -> int:
    newest, *_ = versions = _versions()
    known = ClaimIndex.objects.filter(claim=OuterRef("claim"), purpose=OuterRef("purpose"), version=newest)
    return ClaimIndex.objects.filter(Exists(known)).exclude(version__in=versions).delete()[0]


def _versions() -> list[int]:
    return [key.version for key in index_keys()]
