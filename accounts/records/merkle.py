"""The Merkle tree over the log's leaves (RFC 9162 section 2.1, which keeps the hashes of RFC 6962). Pure.

A tree of ``size`` leaves covers the leaf numbers 0 to ``size - 1``; the record with sequence *n* is leaf *n* - 1.
Proofs are computed from any :data:`Subtree`, be it a list in memory or tiles on a disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

Subtree = Callable[[int, int], bytes]
"""The hash of the leaves ``[start, end)``, 32 bytes, where ``end`` is greater than ``start``."""

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
"""The hash of a tree without leaves (RFC 9162 section 2.1.1)."""
LONGEST_PROOF = 64
"""Hashes; no tree of fewer than 2⁶³ leaves needs more."""

_NODE = b"\x01"


class ProofInvalid(ValueError):
    """A proof that does not prove what it was given for. Says what was expected and found."""


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right), 32 bytes."""
    return sha256(_NODE + left + right).digest()


class Frontier:
    """A tree that grows leaf by leaf, held as the hashes of its perfect subtrees, largest first.

    Memory and the cost of a leaf grow with the logarithm of the size.
    """

    def __init__(self) -> None:
        self.size = 0
        self._subtrees: list[bytes] = []

    @classmethod
    def over(cls, size: int, subtree: Subtree) -> Frontier:
        """A tree that has ``size`` leaves already, to be grown on."""
        frontier, start = cls(), 0
        for width in (1 << bit for bit in reversed(range(size.bit_length())) if size >> bit & 1):
            frontier._subtrees.append(subtree(start, start + width))
            start += width
        frontier.size = size
        return frontier

    def add(self, leaf: bytes) -> None:
        """Append one leaf hash."""
        self.size += 1
        self._subtrees.append(leaf)
        rest = self.size
        while not rest & 1:
            right = self._subtrees.pop()
            self._subtrees.append(node_hash(self._subtrees.pop(), right))
            rest >>= 1

    def root(self) -> bytes:
        """The hash of the tree so far."""
        if not self._subtrees:
            return EMPTY_ROOT
        root = self._subtrees[-1]
        for left in reversed(self._subtrees[:-1]):
            root = node_hash(left, root)
        return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The hash of the tree over ``leaves``, which are leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.add(leaf)
    return frontier.root()


def subtree_of(leaves: Sequence[bytes]) -> Subtree:
    """A :data:`Subtree` over leaf hashes in memory."""
    return lambda start, end: root_of(leaves[start:end])


def largest_split(size: int) -> int:
    """The largest power of two that is smaller than ``size``, for two leaves and more."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(index: int, size: int, subtree: Subtree) -> tuple[bytes, ...]:
    """What shows that leaf ``index`` lies in the tree of ``size`` leaves (RFC 9162 section 2.1.3.1), leaf's side first.

    Raises ValueError for a leaf that such a tree does not have.
    """
    if not 0 <= index < size:
        raise ValueError(f"expected a leaf from 0 to {size - 1}, found {index}")
    start, end, proof = 0, size, []
    while end - start > 1:
        middle = start + largest_split(end - start)
        if index < middle:
            proof.append(subtree(middle, end))
            end = middle
        else:
            proof.append(subtree(start, middle))
            start = middle
    return tuple(reversed(proof))


def consistency_proof(old: int, new: int, subtree: Subtree) -> tuple[bytes, ...]:
    """What shows that the tree of ``new`` leaves continues that of ``old`` (RFC 9162 section 2.1.4.1).

    Empty where there is nothing to show: from an empty tree, and between equal sizes. Raises ValueError for sizes
    that shrink or are negative.
    """
    if not 0 <= old <= new:
        raise ValueError(f"expected a size from 0 to {new}, found {old}")
    if old in {0, new}:
        return ()
    start, end, proof = 0, new, []
    while old != end:
        middle = start + largest_split(end - start)
        if old <= middle:
            proof.append(subtree(middle, end))
            end = middle
        else:
            proof.append(subtree(start, middle))
            start = middle
    if start:
        proof.append(subtree(start, end))
    return tuple(reversed(proof))


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that ``leaf`` is leaf ``index`` of the tree with ``size`` leaves and ``root`` (RFC 9162 section 2.1.3.2).

    Raises :class:`ProofInvalid`.
    """
    if not 0 <= index < size:
        raise ProofInvalid(f"expected a leaf from 0 to {size - 1}, found {index}")
    here, last, found = index, size - 1, leaf
    for sibling in _hashes(proof):
        if not last:
            raise ProofInvalid("expected a shorter proof")
        if here & 1 or here == last:
            found = node_hash(sibling, found)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        here, last = here >> 1, last >> 1
    if last:
        raise ProofInvalid("expected a longer proof")
    _expect_root(root, found)


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the tree of ``new`` leaves continues that of ``old`` (RFC 9162 section 2.1.4.2).

    Raises :class:`ProofInvalid`.
    """
    if not 0 <= old <= new:
        raise ProofInvalid(f"expected a size from 0 to {new}, found {old}")
    if old in {0, new}:
        _check_trivial(old, old_root, new_root, proof)
        return
    path = _hashes(proof)
    if not path:
        raise ProofInvalid("expected a longer proof")
    if not old & (old - 1):
        path.insert(0, old_root)
    _follow(path, old, old_root, new, new_root)


def _check_trivial(old: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    if proof:
        raise ProofInvalid("expected an empty proof")
    _expect_root(old_root, EMPTY_ROOT if not old else new_root)


def _follow(path: Sequence[bytes], old: int, old_root: bytes, new: int, new_root: bytes) -> None:
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    found_old = found_new = path[0]
    for sibling in path[1:]:
        if not last:
            raise ProofInvalid("expected a shorter proof")
        if here & 1 or here == last:
            found_old, found_new = node_hash(sibling, found_old), node_hash(sibling, found_new)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            found_new = node_hash(found_new, sibling)
        here, last = here >> 1, last >> 1
    if last:
        raise ProofInvalid("expected a longer proof")
    _expect_root(old_root, found_old)
    _expect_root(new_root, found_new)


def _hashes(proof: Sequence[bytes]) -> list[bytes]:
    if len(proof) > LONGEST_PROOF or any(len(each) != HASH_BYTES for each in proof):
        raise ProofInvalid(f"expected at most {LONGEST_PROOF} hashes of {HASH_BYTES} bytes each")
    return list(proof)


def _expect_root(expected: bytes, found: bytes) -> None:
    if expected != found:
        raise ProofInvalid(f"expected the root {expected.hex()}, found {found.hex()}")
