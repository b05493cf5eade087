"""read: what a credential says, with integrity, signer and readability kept apart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.marks.credential import (
    Credential,
    Integrity,
    OwnRoots,
    Parent,
    Signer,
    TrustList,
    Unreadable,
    library,
    read,
    reading,
)
from marking.marks.implicit_label import SourceType, png
from tests.marking.marks.credential.signed import (
    CLAIM,
    MEDIA_TYPES,
    issuer,
    own,
    person,
    picture,
    signed,
    stranger,
    with_other_pixels,
)

PUBLIC_FILES = Path(__file__).parent / "public"


def found_in(data: bytes, roots: OwnRoots | None = None) -> Credential:
    found = read(data, roots or own())
    assert isinstance(found, Credential)
    return found


@pytest.mark.parametrize("kind", MEDIA_TYPES)
def test_it_knows_what_this_site_signed(kind: str) -> None:
    found = found_in(signed(kind))
    assert (found.integrity, found.signer) == (Integrity.INTACT, Signer.LISTED)
    assert found.trust_list is TrustList.THIS_SITE_DEVELOPMENT
    assert "vouched for by nobody" in found.issuer
    assert (found.work, found.source_type) == (CLAIM.work, "trainedAlgorithmicMedia")
    assert (found.problems, found.has_broken_history, found.manifests) == ((), False, 1)


def test_it_tells_given_certificates_from_those_made_for_development() -> None:
    assert found_in(signed(), OwnRoots(given=issuer().root)).trust_list is TrustList.THIS_SITE


def test_it_finds_none_in_a_file_without_one() -> None:
    assert read(picture(), own()) is None


def test_it_calls_a_changed_file_broken_and_its_signer_known() -> None:
    found = found_in(with_other_pixels(signed()))
    assert (found.integrity, found.signer) == (Integrity.BROKEN, Signer.LISTED)
    assert found.problems == ("assertion.dataHash.mismatch",)


def test_it_calls_a_credential_of_another_file_broken() -> None:
    one, other = signed("JPEG"), picture("JPEG", seed=2)
    transplanted = one[: one.index(b"\xff\xdb")] + other[other.index(b"\xff\xdb") :]
    assert found_in(transplanted).integrity is Integrity.BROKEN


def test_it_calls_a_signer_on_no_list_unknown_and_the_file_intact() -> None:
    found = found_in(signed(by=stranger()))
    assert (found.integrity, found.signer) == (Integrity.INTACT, Signer.UNKNOWN)
    assert found.trust_list is TrustList.NONE


def test_it_does_not_take_an_expired_certificate_for_tampering() -> None:
    roots = OwnRoots(development=(PUBLIC_FILES / "expired-root.pem").read_bytes())
    found = found_in((PUBLIC_FILES / "expired.png").read_bytes(), roots)
    assert (found.integrity, found.signer) == (Integrity.INTACT, Signer.EXPIRED)
    assert found.trust_list is TrustList.NONE  # the library looks no further once it has run out


def test_it_sees_through_a_sound_credential_over_a_broken_one() -> None:
    broken = Parent(with_other_pixels(signed(seed=3)), "image/png")
    found = found_in(signed(parent=broken))
    assert (found.integrity, found.signer) == (Integrity.INTACT, Signer.LISTED)
    assert found.has_broken_history
    assert found.manifests == 2


def test_it_keeps_a_sound_history() -> None:
    found = found_in(signed(parent=Parent(signed("JPEG", by=stranger(), seed=3), "image/jpeg")))
    assert not found.has_broken_history
    assert found.manifests == 2


def test_it_finds_in_the_history_that_a_model_was_at_work() -> None:
    camera = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"
    edited = signed(parent=Parent(signed("JPEG", seed=3), "image/jpeg"), source_type=fixed_term(camera))
    assert found_in(edited).source_type == "trainedAlgorithmicMedia"


def test_it_does_not_believe_a_history_that_is_broken() -> None:
    camera = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"
    parent = Parent(with_other_pixels(signed(seed=3)), "image/png")
    assert found_in(signed(parent=parent, source_type=fixed_term(camera))).source_type == ""


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (SourceType.COMPOSITE.value, "compositeWithTrainedAlgorithmicMedia"),
        ("http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture", ""),
        ("http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMediaNot", ""),
    ],
)
def test_it_reports_only_terms_that_say_generated(term: str, expected: str) -> None:
    assert found_in(signed(source_type=fixed_term(term))).source_type == expected


def fixed_term(uri: str) -> Any:
    """A value that stands where the enumeration would, since we never write other terms."""

    class Term:
        value = uri

    return Term()


@pytest.mark.parametrize(
    ("file", "integrity", "has_broken_history"),
    [
        ("C", Integrity.INTACT, False),
        ("CIE-sig-CA", Integrity.INTACT, True),
        ("E-dat-CA", Integrity.BROKEN, False),
        ("E-sig-CA", Integrity.BROKEN, False),
        ("E-uri-CA", Integrity.BROKEN, False),
        ("XCA", Integrity.BROKEN, False),
    ],
)
def test_it_reads_the_public_test_files_as_their_names_say(
    file: str, integrity: Integrity, has_broken_history: bool
) -> None:
    found = found_in((PUBLIC_FILES / f"adobe-20220124-{file}.jpg").read_bytes())
    assert (found.integrity, found.signer) == (integrity, Signer.UNKNOWN)
    assert found.has_broken_history is has_broken_history


@pytest.mark.parametrize("part", [0.2, 0.5, 0.9])
def test_it_calls_what_breaks_off_unreadable(part: float) -> None:
    data = signed()
    assert read(data[: int(len(data) * part)], own()) == Unreadable("damaged")


@pytest.mark.parametrize("data", [b"", b"garbage" * 9, b"\x89PNG\r\n\x1a\n"])
def test_it_calls_what_is_no_file_unreadable(data: bytes) -> None:
    assert read(data, own()) == Unreadable("damaged")


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_it_never_takes_changed_bytes_for_intact_ones_and_never_breaks(data: st.DataObject) -> None:
    original = signed()
    start = original.index(b"IDAT")  # what lies before is the manifest, whose padding no hash covers
    changed = bytearray(original)
    for place in data.draw(st.lists(st.integers(0, len(changed) - 1), min_size=1, max_size=6)):
        changed[place] ^= data.draw(st.integers(1, 255))
    found = read(bytes(changed), own())
    if changed[start + 4 :] != original[start + 4 :]:
        assert not isinstance(found, Credential) or found.integrity is Integrity.BROKEN


def nested(depth: int) -> bytes:
    """JUMBF boxes of C2PA (ISO/IEC 19566-5), each in the next."""
    kind = b"c2pa" + bytes.fromhex("00110010800000aa00389b71") + b"\x03c2pa\0"
    description = (8 + len(kind)).to_bytes(4, "big") + b"jumd" + kind
    size = 8 + len(description)
    return b"".join((size * left).to_bytes(4, "big") + b"jumb" + description for left in range(depth, 0, -1))


@pytest.mark.parametrize("depth", [3, 1_000, 100_000])
def test_it_gives_up_on_boxes_in_boxes_in_boxes(depth: int) -> None:
    first, *others = png.chunks(picture())
    data = png.join([first, png.Chunk(b"caBX", nested(depth)), *others])
    assert read(data, own()) == Unreadable("damaged")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_it_reads_any_answer_of_the_library(data: st.DataObject) -> None:
    words = (
        "assertions",
        "ingredients",
        "validation_results",
        "validation_status",
        "signature_info",
        "actions",
    )
    manifest = data.draw(st.dictionaries(st.sampled_from(words), json_values))
    store = {
        "active_manifest": "a",
        "manifests": {"a": manifest, "b": data.draw(json_values)},
        "validation_results": data.draw(json_values),
    }
    described = reading._described(json.loads(json.dumps(store)), manifest)
    assert isinstance(described, Credential | Unreadable)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("ManifestNotFound: no JUMBF data found", None),
        ("Remote: must fetch remote manifests from url http://10.0.0.1/", Unreadable("remote")),
        ("Other: unknown algorithm", Unreadable("unsupported")),
        ("Verify: invalid JUMBF header", Unreadable("damaged")),
    ],
)
def test_it_sorts_the_library_s_errors(message: str, expected: Unreadable | None) -> None:
    assert reading._unreadable(message) == expected


def test_it_leaves_methods_that_it_does_not_know_unjudged() -> None:
    failure = {"activeManifest": {"failure": [{"code": "algorithm.unsupported"}]}}
    assert reading._described({"validation_results": failure}, {}) == Unreadable("unsupported")


SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def said_to_be(term: str, parent: Parent | None = None) -> bytes:
    """A file whose credential gives this source type and nothing more."""
    action = {"action": "c2pa.created", "digitalSourceType": SOURCE_TYPES + term}
    if parent is not None:
        action["action"] = "c2pa.edited"
    definition = {"assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [action]}}]}
    return library.write_store(
        picture(), "image/png", definition, chain=stranger().chain, key=stranger().key,
        own=OwnRoots(development=stranger().root), parent=(parent.data, parent.media_type) if parent else None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("digitalCapture", "digitalCapture"),
        ("computationalCapture", "computationalCapture"),
        ("screenCapture", ""),
        ("trainedAlgorithmicMedia", ""),
    ],
)
def test_it_tells_what_is_said_to_be_taken_by_a_camera(term: str, expected: str) -> None:
    assert found_in(said_to_be(term)).capture_type == expected


def test_what_a_camera_took_and_a_model_edited_is_not_called_captured() -> None:
    photograph = Parent(said_to_be("digitalCapture"), "image/png")
    found = found_in(said_to_be("compositeWithTrainedAlgorithmicMedia", photograph))
    assert (found.source_type, found.capture_type) == ("compositeWithTrainedAlgorithmicMedia", "")
    assert found_in(said_to_be("minorHumanEdits", photograph)).capture_type == "digitalCapture"


def test_it_names_the_organisation_of_a_certificate_and_never_a_person() -> None:
    found = found_in(signed(by=person()))
    assert (found.signer, found.issuer) == (Signer.UNKNOWN, "")
    assert "Jane" not in str(found)
