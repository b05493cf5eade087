"""Proofs that records lie in the tree that was signed, each held against its root before it is given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from accounts.records import signing, stored
from accounts.records.checkpoint import CheckpointInvalid
from accounts.records.entry import leaf_hash
from accounts.records.halting import Mismatch
from accounts.records.mending import hash_tiles, hold, restore
from accounts.records.merkle import ProofInvalid, check_inclusion, inclusion_proof
from accounts.records.models import Checkpoint, Record, Shard
from accounts.records.sequencing import last_signed, log_files
from accounts.records.tiles import TileInvalid, TileTree

Proofs = Mapping[int, tuple[int, tuple[bytes, ...]]]
"""By the number of a record: the number of its leaf, and the hashes from its side to the top."""


def proofs(shard: Shard, checkpoint: Checkpoint, records: Iterable[Record]) -> Proofs:
    """Proofs of records of ``shard`` under one of its checkpoints. Tiles that were lost are made again.

    Raises :class:`Mismatch` naming the first record that is not in the tree that was signed, or that lies below a tile which does not fit.
    """
    wanted = sorted(records, key=lambda record: record.sequence)
    try:
        try:
            return _proofs(shard, checkpoint, wanted)
        except FileNotFoundError:
            restore(shard)
            return _proofs(shard, checkpoint, wanted)
    except OSError as error:
        raise Mismatch(
            "tile", shard.first, f"The tiles of {shard} cannot be read: {error.strerror}."
        ) from error


def _proofs(shard: Shard, checkpoint: Checkpoint, records: Iterable[Record]) -> Proofs:
    try:
        head, newest = signing.read_own(checkpoint, shard), last_signed(shard)
    except CheckpointInvalid as error:
        raise Mismatch("checkpoint", checkpoint.size, f"The checkpoint cannot be read: {error}.") from error
    files = log_files().below(shard.folder)
    tree, found = TileTree(newest.size, files.read).at(head.size), {}
    for record in records:
        leaf = record.sequence - shard.first
        try:
            proof = inclusion_proof(leaf, head.size, tree.subtree)
            check_inclusion(leaf_hash(stored.octets(record.entry)), leaf, head.size, proof, head.root)
        except (ProofInvalid, TileInvalid) as error:
            hold(files, shard, hash_tiles(newest.size))  # the first tile that does not fit says more
            raise Mismatch(
                "record", record.sequence, f"It is not in the tree that was signed: {error}."
            ) from error
        found[record.sequence] = (leaf, proof)
    return found
