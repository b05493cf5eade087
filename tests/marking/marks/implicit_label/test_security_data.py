"""Signatures in the reserved codes: those of others as they stand in files, ours, and every way to break one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.marks.implicit_label import (
    AigcLabel,
    SigningKey,
    Status,
    check_producer,
    check_propagator,
    read,
    signed_by_producer,
    write,
)
from marking.marks.implicit_label.label import LONGEST_RESERVED_CODE
from marking.marks.implicit_label.security_data import (
    produced_message,
    propagated_message,
    security_data,
    signed_by_propagator,
)
from marking.marks.implicit_label.sm2 import digest, public_keys
from tests.marking.marks.implicit_label.pictures import LABEL, encoded

KEY, OTHER_KEY = SigningKey(0x1234567), SigningKey(0x7654321)
SIGNED = signed_by_producer(LABEL, KEY)

# Labels of StepFun, as they stand in two published reports; their signatures are over the SM3 digest of the text.
STEPFUN = "001191310104MACE0YX63918020"
STEPFUN_KEY = (
    "3059301306072A8648CE3D020106082A811CCF5501822D034200045728F08C58D9C72150A705693EF7337859F8FF216E802630041AFAE5"
    "C036F0A67CB1FDF8C57F5F8B623284AE09E4E545464B7140B26BBDA51BAE965F854C57AA"
)
STEPFUN_SIGNATURES = {
    "142569260085903360": "3046022100AE6B84B3342128AE301A597596FCD9EECF3EA0FC2DB6C250BAF234E167298E9002210097223ABB647B"
    "786A90D0A1B93CB9382EA879563B2C7F025FA006BE16AE926C14",
    "147392816552226816": "3045022100E816A5872275AE5414E7E0FD3D9B2C30F7B7FD68609D6486A38DF7CFAA1417B902201A510FBBE50819"
    "BAFF1FCC7B8527FF23CD40447D41A6776E6BCF1F773AE0DBBC",
}
STEPFUN_PROPAGATION = (
    "3046022100CFB0BFFC83C97AA5B09493295A7A054C082BBBB0E007AC139ACAA3BCD23D62DF022100FFDF70599E0E5D7DC6727825C5717DE0"
    "A9726D9F3119611E5E303FADA8792A5C"
)


def code_of(signature: str, key: str | None, **changes: Any) -> str:
    """A code in the shape of StepFun, with the names and entries of others where ``changes`` say so."""
    kind = changes.get("kind", "LabelMataData")
    entry = {"Type": "DS", "AlgID": "1.2.156.10197.1.501", "TBSData": {"Type": kind}, "Signature": signature}
    keys = [] if key is None else [{"Type": "PubKey", "AlgID": "1.2.156.10197.1.501", "KeyValue": key}]
    entries = [entry | changes.get("entry", {}), *keys]
    content = {"Type": "TC260PG", "Version": 1, changes.get("list", "PubSD"): entries}
    return json.dumps({"SecurityData": content}, separators=(",", ":"))


def stepfun(number: str, **changes: str) -> AigcLabel:
    code = code_of(STEPFUN_SIGNATURES[number], STEPFUN_KEY)
    return replace(AigcLabel("1", STEPFUN, number, code, STEPFUN, number, ""), **changes)


@pytest.mark.parametrize("number", STEPFUN_SIGNATURES)
def test_it_verifies_the_labels_of_stepfun(number: str) -> None:
    found = check_producer(stepfun(number))
    assert found.status is Status.VALID_SELF
    assert found.key is not None
    assert found.key.to_der().hex().upper() == STEPFUN_KEY
    assert check_producer(stepfun(number), [found.key]).status is Status.VALID_PINNED


@pytest.mark.parametrize("number", STEPFUN_SIGNATURES)
def test_one_digit_more_breaks_the_labels_of_stepfun(number: str) -> None:
    assert check_producer(stepfun(number, produce_id=number + "0")).status is Status.INVALID


def test_what_stepfun_signs_as_distributor_is_not_known_and_no_fault() -> None:
    label = stepfun("142569260085903360", reserved_code2=code_of(STEPFUN_PROPAGATION, STEPFUN_KEY))
    assert check_propagator(label).status is Status.UNSUPPORTED
    known = public_keys(bytes.fromhex(STEPFUN_KEY))
    assert check_propagator(label, known).status is Status.INVALID


def test_it_signs_the_text_of_the_guide() -> None:
    text = b'"Label":"1","ContentProducer":"001191110102MACQD9K64010000","ProduceID":"PID-0001"'
    assert produced_message(LABEL) == text
    assert propagated_message(LABEL) == (
        text + b',"ContentPropagator":"001191110102MACQD9K64010000","PropagateID":"PID-0001"'
    )
    assert SIGNED.reserved_code1 == security_data(text, KEY)


def test_its_code_keeps_annex_e_and_is_the_object_of_the_guide() -> None:
    assert SIGNED.is_valid
    assert len(SIGNED.reserved_code1) < 500
    content = json.loads(SIGNED.reserved_code1)["SecurityData"]
    signature, key = content["PubSD"]
    assert (content["Type"], content["Version"]) == ("TC260PG", 1)
    assert (signature["Type"], signature["TBSData"]) == ("DS", {"Type": "Md"})
    assert bytes.fromhex(key["KeyValue"]) == KEY.public.to_bytes()
    assert signature["AlgID"] == key["AlgID"] == "1.2.156.10197.1.501"


def test_it_is_pinned_under_a_key_that_is_known() -> None:
    assert check_producer(SIGNED).status is Status.VALID_SELF
    assert check_producer(SIGNED, [OTHER_KEY.public]).status is Status.VALID_SELF
    found = check_producer(SIGNED, [OTHER_KEY.public, KEY.public])
    assert (found.status, found.key) == (Status.VALID_PINNED, KEY.public)


values = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="\\"), min_size=1, max_size=9
)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(["label", "content_producer", "produce_id"]), values)
def test_any_other_value_of_the_producer_breaks_the_signature(name: str, value: str) -> None:
    changed = replace(SIGNED, **{name: value})
    expected = Status.VALID_PINNED if changed == SIGNED else Status.INVALID
    assert check_producer(changed, [KEY.public]).status is expected


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(["content_propagator", "propagate_id", "reserved_code2"]), values)
def test_no_value_of_a_distributor_breaks_the_producer_s_signature(name: str, value: str) -> None:
    assert check_producer(replace(SIGNED, **{name: value}), [KEY.public]).status is Status.VALID_PINNED


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(["label", "content_producer", "produce_id", "content_propagator", "propagate_id"]), values
)
def test_any_other_value_breaks_our_signature_as_distributor(name: str, value: str) -> None:
    signed = signed_by_propagator(LABEL, KEY)
    changed = replace(signed, **{name: value})
    expected = Status.VALID_PINNED if changed == signed else Status.INVALID
    assert check_propagator(changed, [KEY.public]).status is expected


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_a_digit_of_the_signature_that_is_another_breaks_it(data: st.DataObject) -> None:
    content = json.loads(SIGNED.reserved_code1)
    signature = content["SecurityData"]["PubSD"][0]["Signature"]
    place = data.draw(st.integers(0, len(signature) - 1))
    digit = data.draw(st.sampled_from("0123456789ABCDEF").filter(lambda each: each != signature[place]))
    content["SecurityData"]["PubSD"][0]["Signature"] = signature[:place] + digit + signature[place + 1 :]
    broken = replace(SIGNED, reserved_code1=json.dumps(content, separators=(",", ":")))
    assert check_producer(broken, [KEY.public]).status is Status.INVALID


POINT = KEY.public.to_bytes().hex()
SIGNATURE = KEY.sign(produced_message(LABEL)).hex()
OVER_DIGEST = KEY.sign(digest(produced_message(LABEL))).hex()


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("", Status.ABSENT),
        (code_of(SIGNATURE, POINT), Status.VALID_SELF),
        (code_of(SIGNATURE, POINT, kind="Md"), Status.VALID_SELF),
        (code_of(SIGNATURE, POINT, list="PubSd"), Status.VALID_SELF),
        (code_of(OVER_DIGEST, POINT), Status.VALID_SELF),
        (code_of(SIGNATURE, "00" + POINT[2:66]), Status.VALID_SELF),
        (code_of(SIGNATURE, POINT[2:]), Status.VALID_SELF),
        (code_of(SIGNATURE, OTHER_KEY.public.to_bytes().hex()), Status.INVALID),
        (code_of(SIGNATURE, "04" + "11" * 64), Status.INVALID),
        (code_of("no hex", POINT), Status.INVALID),
        (code_of("", POINT, entry={"Signature": 7}), Status.INVALID),
        (code_of(SIGNATURE, "no hex"), Status.UNSUPPORTED),
        (code_of(SIGNATURE, None), Status.UNSUPPORTED),
        (code_of(SIGNATURE, POINT, entry={"KeyID": 2}), Status.UNSUPPORTED),
        (code_of(SIGNATURE, POINT, kind="Bnd"), Status.UNSUPPORTED),
        (code_of(SIGNATURE, POINT, entry={"AlgID": "1.2.840.113549.1.1.11"}), Status.UNSUPPORTED),
        (code_of(SIGNATURE, POINT, entry={"TBSData": "Md"}), Status.UNSUPPORTED),
        ("e862483430d978cbf828b8b24296ef9328d843a0", Status.UNSUPPORTED),
        ("L-3fb1", Status.UNSUPPORTED),
        ("[" * 3000, Status.UNSUPPORTED),
        ("[]", Status.UNSUPPORTED),
        ('{"SecurityData":{"PubSD":{}}}', Status.UNSUPPORTED),
        ('{"SecurityData":{"PubSD":[1]}}', Status.UNSUPPORTED),
        (code_of(SIGNATURE, POINT) + " " * LONGEST_RESERVED_CODE, Status.UNSUPPORTED),
    ],
)
def test_it_reads_codes_of_every_kind(code: str, status: Status) -> None:
    assert check_producer(replace(LABEL, reserved_code1=code)).status is status


def test_a_signature_without_its_key_is_checked_with_the_known_ones() -> None:
    label = replace(LABEL, reserved_code1=code_of(SIGNATURE, None))
    assert check_producer(label, [OTHER_KEY.public, KEY.public]).status is Status.VALID_PINNED
    assert check_producer(label, [OTHER_KEY.public]).status is Status.UNSUPPORTED


def test_of_several_signatures_the_surest_counts() -> None:
    content = json.loads(SIGNED.reserved_code1)
    entries = content["SecurityData"]["PubSD"]
    entries.insert(0, entries[0] | {"Signature": "00"})
    label = replace(LABEL, reserved_code1=json.dumps(content))
    assert check_producer(label, [KEY.public]).status is Status.VALID_PINNED


@settings(max_examples=60, deadline=None)
@given(st.recursive(st.none() | st.integers() | st.text(), lambda each: st.lists(each) | st.dictionaries(
    st.sampled_from(["SecurityData", "PubSD", "PubSd", "Type", "AlgID", "TBSData", "Signature", "KeyValue"]), each,
)))  # fmt: skip
def test_it_never_raises(document: object) -> None:
    for check in (check_producer, check_propagator):
        check(AigcLabel("1", "\ud800", "é\n", json.dumps(document), reserved_code2=json.dumps(document)))


@pytest.mark.parametrize("sign", [signed_by_producer, signed_by_propagator])
@pytest.mark.parametrize("name", ["png", "jpeg", "webp"])
def test_a_signed_label_comes_back_from_every_container(
    name: str, sign: Callable[[AigcLabel, SigningKey], AigcLabel]
) -> None:
    label = sign(LABEL, KEY)
    (found,) = read(write(encoded(name), label)).labels
    assert found.is_valid
    assert found.value == label
