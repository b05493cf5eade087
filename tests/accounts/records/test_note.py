from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.records.checkpoint import (
    CheckpointInvalid,
    TreeHead,
    check_proof,
    read_checkpoint,
    write_proof,
)
from accounts.records.entry import leaf_hash
from accounts.records.merkle import ProofInvalid, inclusion_proof, root_of, subtree_of
from accounts.records.note import COSIGNATURE, Note, NoteInvalid, Signature, SigningKey, VerifierKey

# The example of Go's package golang.org/x/mod/sumdb/note.
PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ORIGIN = "log.example.com/records"
LOG = SigningKey(ORIGIN, bytes(range(32)))
WITNESS = SigningKey("witness.example.com/w1", bytes(range(1, 33)))
LEAVES = [leaf_hash(bytes([number])) for number in range(11)]
HEAD = TreeHead(ORIGIN, 11, root_of(LEAVES))
SIGNED = str(Note(HEAD.text, (LOG.sign(HEAD.text), WITNESS.cosign(HEAD.text, 1_800_000_000))))
FROZEN = (
    "log.example.com/records\n"
    "11\n"
    "4XetWooXEI2tZ8cKUSZmgaoCueK3rWoDV1hbpCiZgqw=\n"
    "\n"
    "— log.example.com/records 8rd1G9m5UUWQstowmRU7oDWHOJ0UaQx7yiILF4aQPMd8o9A7cmKMZmdNYUNBnx8LNcbhPM3UHFgglcHl+1xtUeO7mwY=\n"
    "— witness.example.com/w1 hWHHHgAAAABrSdIA8rvKivV0f6ce1rfwt9Xhn1CU8PbgReFxn4p018VsNs35S8GvNF+lUDtzJYFFgv50iBadpzvXUCUj38Qk5kgvAg==\n"
)


def test_it_reads_a_note_that_another_program_signed() -> None:
    key = VerifierKey.parse(PUBLISHED_KEY)
    note = Note.parse(PUBLISHED)
    assert note.verified_by([key]) == [key]
    assert str(note) == PUBLISHED


def test_it_signs_what_it_always_signed() -> None:
    assert SIGNED == FROZEN
    assert (
        str(LOG.verifier()) == "log.example.com/records+f2b7751b+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
    )
    assert (
        str(WITNESS.verifier(COSIGNATURE))
        == "witness.example.com/w1+8561c71e+BHm1Vi6P5lT5QHixEuipi6eQH4U65pW+1+DjkQutBJZk"
    )


def test_keys_read_back() -> None:
    for key in (LOG.verifier(), WITNESS.verifier(COSIGNATURE)):
        assert VerifierKey.parse(str(key)) == key


@pytest.mark.parametrize(
    "text",
    ["", "name", "name+00000000+", PUBLISHED_KEY.replace("c74f", "c74e"), PUBLISHED_KEY.replace("Peter", "Pe ter"),
     PUBLISHED_KEY + "=", "name+c74f20a3+Bxpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"],
)  # fmt: skip
def test_it_refuses_keys_of_another_form(text: str) -> None:
    with pytest.raises(NoteInvalid):
        VerifierKey.parse(text)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(SIGNED.encode()) - 1), st.integers(0, 7))
def test_every_flipped_bit_of_a_checkpoint_is_noticed(at: int, bit: int) -> None:
    content = bytearray(SIGNED.encode())
    content[at] ^= 1 << bit
    keys = [LOG.verifier(), WITNESS.verifier(COSIGNATURE)]
    try:
        note = Note.parse(bytes(content))
        assert len(note.verified_by(keys)) < 2
    except NoteInvalid:
        return


@pytest.mark.parametrize(
    "broken",
    [
        b"", b"text\n", b"text\n\n", b"text\n\nno dash\n", SIGNED.encode()[:-1], b"\xff" + SIGNED.encode(),
        SIGNED.replace("\n", "\r\n").encode(), b"\t" + SIGNED.encode(), b"x" * 70_000,
        b"text\n\n" + str(LOG.sign("text\n")).encode() * 65,
    ],
)  # fmt: skip
def test_it_refuses_what_is_no_note(broken: bytes) -> None:
    with pytest.raises(NoteInvalid):
        Note.parse(broken)


def test_it_passes_over_signatures_of_others() -> None:
    stranger = SigningKey("stranger.example.com", bytes(32)).sign(HEAD.text)
    note = Note(HEAD.text, (stranger, LOG.sign(HEAD.text)))
    assert note.verified_by([LOG.verifier()]) == [LOG.verifier()]
    assert note.verified_by([]) == []


def test_a_cosignature_says_when() -> None:
    signature = WITNESS.cosign(HEAD.text, 1_800_000_000.9)
    assert signature.cosigned_at == 1_800_000_000
    WITNESS.verifier(COSIGNATURE).check(HEAD.text, signature)
    assert WITNESS.cosign(HEAD.text).cosigned_at > 1_700_000_000


def test_a_cosignature_of_another_time_does_not_verify() -> None:
    signature = WITNESS.cosign(HEAD.text, 1_800_000_000)
    for value in (bytes(8) + signature.value[8:], b"\xff" * 8 + signature.value[8:], b"\0" + signature.value):
        with pytest.raises(NoteInvalid):
            WITNESS.verifier(COSIGNATURE).check(HEAD.text, Signature(signature.name, signature.key_id, value))


def test_a_logs_signature_is_no_cosignature() -> None:
    """The same key under both types has two ids, and each signs another message."""
    as_witness = LOG.verifier(COSIGNATURE)
    assert as_witness.key_id != LOG.verifier().key_id
    forged = Signature(ORIGIN, as_witness.key_id, bytes(8) + LOG.sign(HEAD.text).value)
    with pytest.raises(NoteInvalid):
        as_witness.check(HEAD.text, forged)


def test_it_reads_its_own_checkpoint() -> None:
    assert read_checkpoint(SIGNED, origin=ORIGIN, keys=[LOG.verifier()]) == HEAD


def test_it_refuses_a_swapped_origin() -> None:
    other = TreeHead("other.example.com", HEAD.size, HEAD.root)
    note = str(Note(other.text, (LOG.sign(other.text),)))
    with pytest.raises(CheckpointInvalid, match="expected a checkpoint of"):
        read_checkpoint(note, origin=ORIGIN, keys=[LOG.verifier()])


def test_it_refuses_a_changed_key() -> None:
    changed = SigningKey(ORIGIN, bytes(32))
    note = str(Note(HEAD.text, (changed.sign(HEAD.text),)))
    with pytest.raises(CheckpointInvalid, match="by a known key, found none"):
        read_checkpoint(note, origin=ORIGIN, keys=[LOG.verifier()])


def test_it_refuses_a_wrong_signature_by_a_known_key() -> None:
    note = str(Note(HEAD.text, (LOG.sign("another text\n"),)))
    with pytest.raises(CheckpointInvalid, match="does not verify"):
        read_checkpoint(note, origin=ORIGIN, keys=[LOG.verifier()])


@pytest.mark.parametrize(
    "text",
    ["", "a\n1\n", "\n1\nx\n", "a\n01\n" + HEAD.text.split("\n")[2] + "\n", HEAD.text + "more\n", "a\n1\nAA==\n",
     "a\n1\n!\n", HEAD.text[:-1], "a\n1\n" + HEAD.text.split("\n")[2][:-2] + "B=\n"],
)  # fmt: skip
def test_it_refuses_another_text(text: str) -> None:
    with pytest.raises(CheckpointInvalid):
        TreeHead.parse(text)


def test_a_proof_reads_back() -> None:
    for index in range(11):
        proof = write_proof(index, inclusion_proof(index, 11, subtree_of(LEAVES)), SIGNED)
        assert check_proof(proof, LEAVES[index], origin=ORIGIN, keys=[LOG.verifier()]) == index


def test_it_refuses_a_forged_proof() -> None:
    proof = write_proof(3, inclusion_proof(3, 11, subtree_of(LEAVES)), SIGNED)
    with pytest.raises(ProofInvalid):
        check_proof(proof, leaf_hash(b"another"), origin=ORIGIN, keys=[LOG.verifier()])
    with pytest.raises(ProofInvalid):
        check_proof(proof.replace("index 3", "index 4"), LEAVES[3], origin=ORIGIN, keys=[LOG.verifier()])
    for broken in ("", proof.replace("index 3", "index 03"), proof.replace("@v1", "@v2"), proof[:60]):
        with pytest.raises(CheckpointInvalid):
            check_proof(broken, LEAVES[3], origin=ORIGIN, keys=[LOG.verifier()])
