"""SM2 signatures: the standard's example, signatures of OpenSSL, and the laws."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.marks.implicit_label import sm2_curve as curve
from marking.marks.implicit_label.sm2 import PublicKey, SigningKey, digest, public_keys
from marking.marks.implicit_label.sm2_curve import ORDER, PRIME, Point
from tests import programs

# GB/T 32918.5-2017, annex A.2: key, message and signature.
STANDARD_KEY = SigningKey.from_hex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")
STANDARD_POINT = (
    "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
STANDARD_SIGNATURE = encode_dss_signature(
    0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3,
    0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA,
)

# Made with OpenSSL 3.0.19: genpkey -algorithm SM2; pkeyutl -sign -rawin -digest sm3 -pkeyopt distid:1234567812345678.
OPENSSL_KEY = SigningKey.from_hex("b7eb958a0a539829f0d64a328fb8a47d4e9e02a2ad79f1b55865623994abf78c")
OPENSSL_DER = bytes.fromhex(
    "3059301306072a8648ce3d020106082a811ccf5501822d034200045206cf3dc07ad0c5a2bd5fc6849b837b1946b2cc44c1417602"
    "76321d304ec03608999c829a358d78f595e048a9027c4ceb931deb8d2db8370af44febe135cf59"
)
OPENSSL_MESSAGE = b'"Label":"1","ContentProducer":"001191110102MACQD9K64010000","ProduceID":"R07ZQ0H4KP"'
OPENSSL_SIGNATURE = bytes.fromhex(
    "3045022100b50c50c418fdcb089e50012569dd76c047b105d75256c7b492e6140ba5fbb6ee02206e9085636c7cefc0703018c5df69"
    "013d4e6bb4051457ec21b699974121559e0f"
)
# Frozen: what this room signs today must be what it signs tomorrow.
OWN_SIGNATURE = bytes.fromhex(
    "3044022024858ee71d63e687feefe41f5af80a59f0791eb1dabc2bbe71daf0e57f06c36702203d15550de52785a435004c937256ac71"
    "5c0e04176ac57062c6722fa692f7a491"
)


def test_it_verifies_the_example_of_the_standard() -> None:
    assert STANDARD_KEY.public.to_bytes() == bytes.fromhex(STANDARD_POINT)
    assert STANDARD_KEY.public.verifies(STANDARD_SIGNATURE, b"message digest")
    assert not STANDARD_KEY.public.verifies(STANDARD_SIGNATURE, b"message digesu")


def test_it_verifies_a_signature_of_openssl_under_the_key_that_openssl_wrote() -> None:
    (key,) = public_keys(OPENSSL_DER)
    assert key == OPENSSL_KEY.public
    assert key.to_der() == OPENSSL_DER
    assert key.verifies(OPENSSL_SIGNATURE, OPENSSL_MESSAGE)


def test_it_signs_the_same_every_time() -> None:
    assert STANDARD_KEY.sign(b"message digest") == OWN_SIGNATURE
    assert STANDARD_KEY.public.verifies(OWN_SIGNATURE, b"message digest")


def test_openssl_verifies_what_it_signs(tmp_path: Path) -> None:
    programs.require("openssl", "openssl")
    key = SigningKey.new()
    files = {
        "key": key.public.to_pem().encode(),
        "message": OPENSSL_MESSAGE,
        "signature": key.sign(OPENSSL_MESSAGE),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    command = (
        "openssl pkeyutl -verify -rawin -digest sm3 -pkeyopt distid:1234567812345678 "
        "-pubin -inkey key -in message -sigfile signature"
    )
    ran = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Verified Successfully" in ran.stdout, ran.stderr


def test_it_hashes_as_the_standard_does() -> None:
    """GB/T 32905-2016, annex A.1."""
    assert digest(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


@settings(max_examples=15, deadline=None)
@given(st.integers(1, ORDER - 2), st.binary(max_size=80), st.binary(max_size=80))
def test_a_signature_is_of_one_key_and_one_message(secret: int, message: bytes, other: bytes) -> None:
    key = SigningKey(secret)
    signature = key.sign(message)
    assert key.public.verifies(signature, message)
    assert key.public.verifies(signature, other) == (other == message)
    assert not STANDARD_KEY.public.verifies(signature, message) or secret == STANDARD_KEY.secret


@settings(max_examples=25, deadline=None)
@given(st.integers(1, ORDER - 1), st.integers(1, ORDER - 1))
def test_both_ways_of_multiplying_agree(one: int, other: int) -> None:
    assert curve.combined(one, 0, STANDARD_KEY.public.point) == curve.multiplied(one)
    total = curve.combined(one, other, curve.GENERATOR)
    assert total == (curve.multiplied((one + other) % ORDER) if (one + other) % ORDER else None)


@pytest.mark.parametrize("factor", [1, 2, 15, 16, 17, 2**64, 2**255, ORDER // 2, ORDER - 2, ORDER - 1])
def test_a_multiple_from_the_table_is_that_of_plain_doubling_and_adding(factor: int) -> None:
    assert curve.multiplied(factor) == _plainly_multiplied(factor)


@settings(max_examples=10, deadline=None)
@given(st.integers(1, ORDER - 1))
def test_any_multiple_from_the_table_is_that_of_plain_doubling_and_adding(factor: int) -> None:
    assert curve.multiplied(factor) == _plainly_multiplied(factor)


@pytest.mark.parametrize("factor", [0, ORDER])
def test_no_coordinates_are_those_of_the_infinite_point(factor: int) -> None:
    with pytest.raises(ValueError, match="not invertible"):
        curve.multiplied(factor)


def _plainly_multiplied(factor: int) -> Point:
    """The generator taken ``factor`` times, bit by bit, with the slopes of chords and tangents."""
    total: Point | None = None
    for bit in f"{factor:b}":
        total = _plain_sum(total, total)
        total = _plain_sum(total, curve.GENERATOR) if bit == "1" else total
    assert total is not None
    return total


def _plain_sum(one: Point | None, other: Point | None) -> Point | None:
    if one is None or other is None:
        return one or other
    if one.x == other.x and (one.y + other.y) % PRIME == 0:
        return None
    if one == other:
        slope = (3 * one.x * one.x + curve.A) * pow(2 * one.y, -1, PRIME)
    else:
        slope = (other.y - one.y) * pow(other.x - one.x, -1, PRIME)
    x = (slope * slope - one.x - other.x) % PRIME
    return Point(x, (slope * (one.x - x) - one.y) % PRIME)


def test_the_order_leads_to_the_infinite_point() -> None:
    assert curve.combined(ORDER, 0, curve.GENERATOR) is None
    assert curve.combined(1, ORDER - 1, curve.GENERATOR) is None
    assert curve.multiplied(ORDER - 1) == Point(curve.GENERATOR.x, PRIME - curve.GENERATOR.y)


@pytest.mark.parametrize(
    "signature",
    [
        b"",
        b"\x30\x00",
        STANDARD_SIGNATURE + b"\0",
        encode_dss_signature(0, 1),
        encode_dss_signature(1, 0),
        encode_dss_signature(1, ORDER - 1),
        encode_dss_signature(decode_dss_signature(STANDARD_SIGNATURE)[0], ORDER + 1),
        encode_dss_signature(ORDER, 1),
    ],
)
def test_it_refuses_what_is_no_signature(signature: bytes) -> None:
    assert not STANDARD_KEY.public.verifies(signature, b"message digest")


def test_a_signature_whose_sum_leads_nowhere_is_none() -> None:
    """s·G + t·P is infinite for s = -t·d: with P = G that is s = -t, and r = t - s."""
    one = SigningKey(1).public
    assert not one.verifies(encode_dss_signature(2, ORDER - 1), b"")


@pytest.mark.parametrize("secret", [0, -1, ORDER - 1, ORDER])
def test_it_refuses_a_number_that_is_no_key(secret: int) -> None:
    with pytest.raises(ValueError, match="expected an SM2 key"):
        SigningKey(secret)


@pytest.mark.parametrize("text", ["", "ab", "g" * 64, "0" * 64, "ff" * 32])
def test_it_refuses_a_text_that_is_no_key(text: str) -> None:
    with pytest.raises(ValueError, match=r"SM2 key|hexadecimal"):
        SigningKey.from_hex(text)


def test_it_keeps_its_secret_out_of_its_text() -> None:
    assert STANDARD_KEY.to_hex() == "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"
    assert repr(STANDARD_KEY) == "SigningKey()"
    assert SigningKey.new() != SigningKey.new()


X, Y = STANDARD_POINT[2:66], STANDARD_POINT[66:]


@pytest.mark.parametrize(
    ("form", "count"),
    [
        (STANDARD_POINT, 1),
        (X + Y, 1),
        ("03" + X, 1),
        ("00" + X, 2),
        (X, 2),
        ("3059301306072A8648CE3D020106082A811CCF5501822D034200" + STANDARD_POINT, 1),
    ],
)
def test_it_reads_every_form_of_a_key(form: str, count: int) -> None:
    keys = public_keys(bytes.fromhex(form))
    assert len(keys) == count
    assert STANDARD_KEY.public in keys


@pytest.mark.parametrize(
    "form", ["", "04" + X, "05" + X + Y, "05" + X, "02" + X + "00", STANDARD_POINT + "00"]
)
def test_it_knows_no_other_form_of_a_key(form: str) -> None:
    assert public_keys(bytes.fromhex(form)) == ()


@pytest.mark.parametrize("form", ["04" + Y + X, X + X, "00" + "ff" * 32, "02" + f"{PRIME:064x}", "00" * 64])
def test_it_refuses_a_point_that_is_not_on_the_curve(form: str) -> None:
    with pytest.raises(ValueError, match="not on it"):
        public_keys(bytes.fromhex(form))


@settings(max_examples=10, deadline=None)
@given(st.integers(1, ORDER - 2))
def test_a_point_is_found_again_from_half_of_it(secret: int) -> None:
    point = SigningKey(secret).public.point
    assert curve.lifted(point.x, odd=bool(point.y & 1)) == point
    assert curve.lifted(point.x, odd=not point.y & 1) == Point(point.x, PRIME - point.y)


def test_its_fingerprint_is_that_of_the_standard_form() -> None:
    key = PublicKey(STANDARD_KEY.public.point)
    assert key.fingerprint == hashlib.sha256(key.to_der()).hexdigest()
    assert key.to_pem().startswith("-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoEcz1UBgi0DQgAE")
