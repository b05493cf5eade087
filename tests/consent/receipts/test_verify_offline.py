"""The program that checks a receipt without this site: run as anybody would, where nothing may open a socket."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zlib
from contextlib import suppress
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.receipts import jws, pdf, signing_key, verify_offline
from consent.receipts.signing_key import SigningKey, base64url
from consent.receipts.verify_offline import ORDER, Unreadable, check, is_signed, read_keys
from tests import without_network
from tests.consent.receipts.examples import KEY, OTHER_KEY, document, keys_file, row, signed

PROGRAM = Path(verify_offline.__file__)
KEYS = read_keys(keys_file())


def run(folder: Path, receipt: bytes, keys: bytes) -> tuple[int, str]:
    """The exit status and everything that the program said."""
    (folder / "verify.py").write_bytes(PROGRAM.read_bytes())
    (folder / "receipt").write_bytes(receipt)
    (folder / "keys.json").write_bytes(keys)
    done = without_network.run("verify.py", "receipt", "keys.json", cwd=folder)
    return done.returncode, (done.stdout + done.stderr).decode()


def test_it_says_of_every_form_what_it_proves_and_what_not(tmp_path: Path) -> None:
    text = signed()
    for receipt in (jws.file_of(text), text.encode(), pdf.render(row())):
        status, said = run(tmp_path, receipt, keys_file())
        assert (status, "VALID. This receipt" in said, "有效" in said) == (0, True, True), said
        assert "does not prove who the person is" in said
        assert "not_witnessed" in said
        assert jws.digest(document()) in said


def test_it_says_of_a_changed_one_that_it_was_changed(tmp_path: Path) -> None:
    changed = document() | {"header": document()["header"] | {"record_id": "another"}}
    head, _, tail = signed().split(".")
    body = jws.sign(changed, KEY).split(".")[1]
    status, said = run(tmp_path, f"{head}.{body}.{tail}".encode(), keys_file())
    assert (status, "NOT VALID" in said) == (1, True)
    assert "another" not in said


def test_it_says_of_another_key_that_nothing_is_proven(tmp_path: Path) -> None:
    status, said = run(tmp_path, signed().encode(), keys_file(OTHER_KEY))
    assert (status, "NOT KNOWN" in said) == (1, True)


def test_it_says_of_garbage_that_it_is_none(tmp_path: Path) -> None:
    for receipt in (b"", b"\x00\xff" * 50, b"%PDF-1.7\nstream\n{\nendstream", b"{}", b"[" * 100_000):
        status, said = run(tmp_path, receipt, keys_file())
        assert (status, "cannot be checked" in said, "Traceback" in said) == (2, True, False), said


def test_its_status_says_the_same_as_its_words(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    receipt, keys = tmp_path / "receipt", tmp_path / "keys"
    for text, signers, status, words in (
        (signed(), KEY, 0, b"VALID. This receipt"),
        (signed(OTHER_KEY), KEY, 1, b"NOT KNOWN"),
        ("garbage", KEY, 2, b"cannot be checked"),
    ):
        receipt.write_text(text)
        keys.write_bytes(keys_file(signers))
        assert verify_offline.main([str(receipt), str(keys)]) == status
        said = capsysbinary.readouterr()
        assert words in said.out + said.err
    assert verify_offline.main([]) == 2


def test_it_needs_both_files(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-I", PROGRAM], capture_output=True, check=False)
    assert (done.returncode, b"RECEIPT KEYS" in done.stderr) == (2, True)
    assert verify_offline.main([str(tmp_path / "none"), "none"]) == 2


def test_it_is_short_and_needs_nothing_but_python() -> None:
    source = PROGRAM.read_text()
    imported = set(re.findall(r"^(?:import|from) (\w+)", source, re.MULTILINE))
    assert imported <= set(sys.stdlib_module_names)
    assert len(source.splitlines()) < 320


def test_a_key_that_was_not_in_use_then_does_not_count() -> None:
    newer = SigningKey(OTHER_KEY.secret, date(2026, 11, 10))
    assert check(signed().encode(), read_keys(keys_file(newer, KEY))).code == "key_not_in_use"
    early = replace(KEY, since=date(2026, 12, 1))
    assert check(signed().encode(), read_keys(keys_file(early))).code == "key_not_in_use"
    assert (
        check(signed().encode(), read_keys(keys_file(newer, replace(KEY, since=date(2026, 11, 23))))).code
        != "valid"
    )


@pytest.mark.parametrize("bounds", [{"nbf": "x"}, {"exp": []}, {"nbf": 10**400}])
def test_bounds_that_are_no_times_are_not_kept(bounds: dict[str, object]) -> None:
    keys = json.loads(keys_file())
    keys["keys"][0] |= bounds
    assert check(signed().encode(), read_keys(json.dumps(keys).encode())).code == "key_not_in_use"


def test_a_receipt_without_a_time_was_issued_at_none() -> None:
    assert check(jws.sign({"header": {}}, KEY).encode(), KEYS).code == "key_not_in_use"


def test_the_readable_part_must_be_the_signed_one() -> None:
    content = json.loads(jws.file_of(signed()))
    content["document"]["likeness"]["scope"]["outputs"] = 300
    assert check(json.dumps(content).encode(), KEYS).code == "mismatch"
    content = json.loads(jws.file_of(signed())) | {"sha256": "0" * 64}
    assert check(json.dumps(content).encode(), KEYS).code == "mismatch"


def test_a_file_has_nothing_beside_them() -> None:
    content = json.loads(jws.file_of(signed()))
    for changed in ({**content, "note": "more"}, {"jws": content["jws"]}, {**content, "jws": 1}):
        with pytest.raises(Unreadable, match="expected"):
            check(json.dumps(changed).encode(), KEYS)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_flipped_bit_goes_unseen(data: st.DataObject) -> None:
    flipped = bytearray(data.draw(st.sampled_from([signed().encode(), jws.file_of(signed())])))
    position = data.draw(st.integers(0, len(flipped) - 1))
    flipped[position] ^= 1 << data.draw(st.integers(0, 7))
    with suppress(Unreadable):
        assert check(bytes(flipped), KEYS).code != "valid"


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=200))
def test_it_never_breaks_on_what_it_is_given(data: bytes) -> None:
    for prefix in (b"", b"{", b"%PDF-1.7\nstream\n", b'%PDF-1.7\nstream\n{"jws":"', b"eyJhbGciOiJFZERTQSJ9."):
        with pytest.raises(Unreadable):
            check(prefix + data + b"\nendstream", KEYS)


@pytest.mark.parametrize(
    "text",
    [
        b"[]", b"{", b"\xff", b'{"keys": 1}', b'{"keys": [1]}', b'{"keys": [{"kty": "RSA"}]}',
        b'{"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "*"}]}', b'{"keys": [], "keys": []}',
    ],
)  # fmt: skip
def test_it_says_of_other_files_that_they_hold_no_keys(text: bytes) -> None:
    with pytest.raises(Unreadable, match="expected"):
        read_keys(text)


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"}, {"alg": "EdDSA"}, {"alg": "HS256", "typ": jws.TYPE},
        {"alg": "EdDSA", "typ": jws.TYPE, "crit": ["exp"]},
    ],
)  # fmt: skip
def test_it_takes_one_algorithm_and_one_type(header: dict[str, object]) -> None:
    head = base64url(json.dumps({**header, "kid": KEY.kid}).encode())
    signed_part = f"{head}.{signed().split('.')[1]}"
    text = f"{signed_part}.{base64url(KEY.sign(signed_part.encode()))}"
    with pytest.raises(Unreadable, match="EdDSA"):
        check(text.encode(), KEYS)


def test_it_takes_no_receipt_that_is_too_large() -> None:
    with pytest.raises(Unreadable, match="at most"):
        check(b" " * (verify_offline.LARGEST + 1), KEYS)


def test_it_finds_the_record_in_a_pdf_that_another_program_packed() -> None:
    packed = zlib.compress(jws.file_of(signed()))
    broken = b"x\x9cnot packed at all"
    pieces = b"".join(b"stream\r\n" + each + b"\r\nendstream\n" for each in (broken, packed))
    assert check(b"%PDF-1.7\n" + pieces, KEYS).code == "valid"


def test_it_takes_no_pdf_with_two_records() -> None:
    piece = b"stream\n" + jws.file_of(signed()) + b"\nendstream\n"
    with pytest.raises(Unreadable, match="found 2"):
        check(b"%PDF-1.7\n" + piece + piece, KEYS)


# --- Ed25519 itself ----------------------------------------------------------------------------------------------

VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
]  # fmt: skip
"""RFC 8032 section 7.1, tests 1 and 2: public key, message, signature."""


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_it_knows_the_signatures_of_the_rfc(public: str, message: str, signature: str) -> None:
    key, text, made = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
    assert is_signed(key, text, made)
    assert not is_signed(key, text + b"x", made)
    assert not is_signed(key, text, made[:-1])
    too_high = int.from_bytes(made[32:], "little") + verify_offline.ORDER
    assert not is_signed(key, text, made[:32] + too_high.to_bytes(32, "little"))
    assert not is_signed(b"\xff" * 32, text, made)
    assert not is_signed((1 | 1 << 255).to_bytes(32, "little"), text, made)


@settings(max_examples=25, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=64), st.integers(0, 63), st.integers(0, 255))
def test_it_agrees_with_the_library_that_the_site_asks(
    secret: bytes, message: bytes, position: int, value: int
) -> None:
    key = SigningKey(secret, None)
    signature = bytearray(key.sign(message))
    signature[position] = value
    answer = is_signed(key.public, message, bytes(signature))
    assert signing_key.is_signed(key.public, message, bytes(signature)) is answer


P = verify_offline.P
EDGES = [0, 1, 2, 3, P - 2, P - 1, P, P + 1, 2**255 - 1]
"""The y of points of small order, of none, and beyond the field."""
EDGE_POINTS = [(y | sign << 255).to_bytes(32, "little") for y in EDGES for sign in (0, 1)]


def test_it_agrees_about_points_that_are_none_and_such_of_small_order() -> None:
    """Of a key of order 1 or 2 whoever likes can make a signature: R is the point itself or the neutral one, S is 0."""
    answers = []
    for public, point, s, message in product(EDGE_POINTS, EDGE_POINTS, (0, ORDER), (b"", b"x")):
        signature = point + s.to_bytes(32, "little")
        answers.append(is_signed(public, message, signature))
        assert signing_key.is_signed(public, message, signature) is answers[-1], (public, signature)
    assert set(answers) == {True, False}


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=66) | st.binary(min_size=32, max_size=32),
    st.binary(max_size=66) | st.binary(min_size=64, max_size=64),
)
def test_it_agrees_about_what_is_no_key_and_no_signature(public: bytes, signature: bytes) -> None:
    assert is_signed(public, b"", signature) is signing_key.is_signed(public, b"", signature) is False


@pytest.mark.parametrize("stream", [b"stream\n{", b"stream\n\x78\x9c" + bytes(20)])
def test_it_looks_at_each_byte_of_a_pdf_once(stream: bytes) -> None:
    """Many beginnings and one end, or very many streams, are soon done with."""
    for written in (b"%PDF-" + stream * 60_000 + b"endstream", b"%PDF-" + (stream + b"endstream\n") * 20_000):
        with pytest.raises(verify_offline.Unreadable):
            verify_offline.read(written)
