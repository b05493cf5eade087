from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.records.entry import leaf_hash
from accounts.records.merkle import (
    EMPTY_ROOT,
    Frontier,
    ProofInvalid,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    node_hash,
    root_of,
    subtree_of,
)

# The leaves and roots that Certificate Transparency's own tests use.
INPUTS = [bytes.fromhex(each) for each in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(bytes([number % 256, number // 256])) for number in range(300)]


def slow_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + slow_root(leaves[:split]) + slow_root(leaves[split:])).digest()


def slow_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 6962 section 2.1.1, word for word."""
    if len(leaves) == 1:
        return []
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if index < split:
        return [*slow_path(index, leaves[:split]), slow_root(leaves[split:])]
    return [*slow_path(index - split, leaves[split:]), slow_root(leaves[:split])]


def slow_consistency(old: int, leaves: list[bytes], *, is_whole: bool = True) -> list[bytes]:
    """RFC 6962 section 2.1.2, word for word."""
    if old == len(leaves):
        return [] if is_whole else [slow_root(leaves)]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if old <= split:
        return [*slow_consistency(old, leaves[:split], is_whole=is_whole), slow_root(leaves[split:])]
    return [*slow_consistency(old - split, leaves[split:], is_whole=False), slow_root(leaves[:split])]


@pytest.mark.parametrize("size", range(1, 9))
def test_it_computes_the_published_roots(size: int) -> None:
    assert root_of(map(leaf_hash, INPUTS[:size])).hex() == ROOTS[size - 1]


def test_it_knows_the_root_of_an_empty_tree() -> None:
    assert root_of(()) == EMPTY_ROOT == sha256(b"").digest()


def test_it_agrees_with_the_slow_one_at_every_size() -> None:
    frontier = Frontier()
    for size in range(1, 301):
        frontier.add(LEAVES[size - 1])
        assert frontier.root() == slow_root(LEAVES[:size])
        assert frontier.size == size


@pytest.mark.parametrize("size", [*range(1, 40), 63, 64, 65, 127, 128, 129, 256, 257, 300])
def test_it_proves_every_leaf_as_the_slow_one_does(size: int) -> None:
    leaves, root = LEAVES[:size], slow_root(LEAVES[:size])
    for index in {0, 1, size // 2, size - 2, size - 1} & set(range(size)) if size > 40 else range(size):
        proof = inclusion_proof(index, size, subtree_of(leaves))
        assert list(proof) == slow_path(index, leaves)
        check_inclusion(leaves[index], index, size, proof, root)


@pytest.mark.parametrize("new", [*range(1, 34), 64, 65, 129, 256, 300])
def test_it_proves_that_trees_continue_as_the_slow_one_does(new: int) -> None:
    leaves, root = LEAVES[:new], slow_root(LEAVES[:new])
    for old in range(1, new + 1, 1 if new < 40 else 17):
        proof = consistency_proof(old, new, subtree_of(leaves))
        assert list(proof) == slow_consistency(old, leaves)
        check_consistency(old, slow_root(leaves[:old]), new, root, proof)


sizes = st.integers(1, 300)


@settings(max_examples=60, deadline=None)
@given(sizes, st.data())
def test_it_refuses_every_forged_inclusion(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves, root = LEAVES[:size], root_of(LEAVES[:size])
    proof = list(inclusion_proof(index, size, subtree_of(leaves)))
    forged = _forged(proof, data)

    if forged != proof:
        with pytest.raises(ProofInvalid):
            check_inclusion(leaves[index], index, size, forged, root)
    with pytest.raises(ProofInvalid):
        check_inclusion(leaf_hash(b"another"), index, size, proof, root)
    wrong = data.draw(st.integers(-1, size + 1).filter(lambda other: other != index))
    with pytest.raises(ProofInvalid):
        check_inclusion(leaves[index], wrong, size, proof, root)


@settings(max_examples=60, deadline=None)
@given(sizes, st.data())
def test_it_refuses_every_forged_consistency(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    roots = root_of(LEAVES[:old]), root_of(LEAVES[:new])
    proof = list(consistency_proof(old, new, subtree_of(LEAVES[:new])))
    forged = _forged(proof, data)

    if forged != proof:
        with pytest.raises(ProofInvalid):
            check_consistency(old, roots[0], new, roots[1], forged)
    with pytest.raises(ProofInvalid):
        check_consistency(old, leaf_hash(b"another"), new, roots[1], proof)
    with pytest.raises(ProofInvalid):
        check_consistency(old, roots[0], new, leaf_hash(b"another"), proof)


def _forged(proof: list[bytes], data: st.DataObject) -> list[bytes]:
    forged = list(proof)
    attack = data.draw(st.sampled_from(["add", "cut", "flip", "swap"]))
    if attack == "add" or not forged:
        return [*forged, leaf_hash(b"more")]
    at = data.draw(st.integers(0, len(forged) - 1))
    if attack == "cut":
        del forged[at]
    elif attack == "flip":
        forged[at] = bytes([forged[at][0] ^ 1]) + forged[at][1:]
    else:
        forged[0], forged[at] = forged[at], forged[0]
    return forged


def test_a_tree_that_was_empty_is_continued_by_any() -> None:
    check_consistency(0, EMPTY_ROOT, 5, root_of(LEAVES[:5]), ())
    with pytest.raises(ProofInvalid, match="root"):
        check_consistency(0, LEAVES[0], 5, root_of(LEAVES[:5]), ())
    with pytest.raises(ProofInvalid, match="empty proof"):
        check_consistency(0, EMPTY_ROOT, 5, root_of(LEAVES[:5]), (LEAVES[0],))


def test_it_refuses_proofs_of_other_sizes() -> None:
    with pytest.raises(ProofInvalid, match="size"):
        check_consistency(5, LEAVES[0], 4, LEAVES[1], ())
    with pytest.raises(ProofInvalid, match="longer"):
        check_consistency(3, LEAVES[0], 4, LEAVES[1], ())
    with pytest.raises(ProofInvalid, match="32 bytes"):
        check_inclusion(LEAVES[0], 0, 2, (b"short",), LEAVES[1])


@pytest.mark.parametrize(("old", "new"), [(-1, 4), (5, 4)])
def test_it_makes_no_proof_for_impossible_sizes(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="expected a size"):
        consistency_proof(old, new, subtree_of(LEAVES))


@pytest.mark.parametrize("index", [-1, 4])
def test_it_makes_no_proof_for_a_leaf_that_is_not_there(index: int) -> None:
    with pytest.raises(ValueError, match="expected a leaf"):
        inclusion_proof(index, 4, subtree_of(LEAVES))


def test_a_leaf_is_never_taken_for_a_node() -> None:
    assert node_hash(LEAVES[0], LEAVES[1]) != leaf_hash(LEAVES[0] + LEAVES[1])
