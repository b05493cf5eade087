"""The signature of a metadata label as evidence."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import override

from marking.marks import implicit_label
from marking.marks.implicit_label import AigcLabel, SigningKey, signed_by_producer
from marking.marks.implicit_label.security_data import signed_by_propagator
from marking.media import Limits, MediaType, encode_picture
from marking.verification import wording
from marking.verification.collecting.metadata import find_implicit_label
from marking.verification.collecting.specimen import Specimen
from marking.verification.examine import examine
from marking.verification.report import Evidence, Finding, Verdict
from marking.verification.weighing import weigh
from marking.works import provider
from tests import programs
from tests.conftest import photograph

Save = Callable[[bytes], Path]
OURS, OTHERS = SigningKey(11), SigningKey(12)
LABEL = AigcLabel.first(producer="Yinji-demo", produce_id="R07ZQ0H4KP")


def file_with(label: AigcLabel) -> bytes:
    return implicit_label.write(encode_picture(photograph(64, 64), media_type=MediaType.PNG), label)


def found(path: Path) -> Evidence:
    return find_implicit_label(Specimen(path, Limits(), (), label_keys=(OURS.public,)))


@pytest.mark.parametrize(
    ("label", "finding", "codes"),
    [
        (LABEL, Finding.VALID, ("absent", "absent")),
        (signed_by_producer(LABEL, OURS), Finding.VALID, ("valid_pinned", "absent")),
        (signed_by_producer(LABEL, OTHERS), Finding.VALID, ("valid_self", "absent")),
        (replace(LABEL, reserved_code1="K-1"), Finding.VALID, ("unsupported", "absent")),
        (replace(signed_by_producer(LABEL, OURS), produce_id="X"), Finding.INVALID, ("invalid", "absent")),
        (signed_by_propagator(LABEL, OURS), Finding.VALID, ("absent", "valid_pinned")),
        (
            replace(signed_by_propagator(LABEL, OURS), propagate_id="X"),
            Finding.INVALID,
            ("absent", "invalid"),
        ),
        (
            replace(signed_by_propagator(LABEL, OTHERS), propagate_id="X"),
            Finding.VALID,
            ("absent", "unsupported"),
        ),
    ],
)
def test_it_says_what_each_signature_is_worth(
    label: AigcLabel, finding: Finding, codes: tuple[str, str], saved: Save
) -> None:
    evidence = found(saved(file_with(label)))
    assert evidence.finding is finding
    assert (evidence.facts["signature"], evidence.facts["propagation_signature"]) == codes
    assert (evidence.facts.get("reason") == "broken_signature") is (finding is Finding.INVALID)
    assert set(evidence.facts) == set(evidence.reported_facts())


def test_a_broken_signature_confirms_nothing(saved: Save) -> None:
    evidence = found(saved(file_with(replace(signed_by_producer(LABEL, OURS), label="2"))))
    assert evidence.facts["faults"] == ("broken_signature",)
    rule = weigh([evidence])
    assert rule.verdict is Verdict.SUSPECTED
    assert "not as it was when somebody signed it" in rule.sentence
    with override("en"):
        sentence = wording.finding_sentence(evidence.layer, evidence.finding, str(evidence.facts["reason"]))
    assert "changed after somebody signed it" in sentence


def test_a_label_that_breaks_the_standard_as_well_is_called_that(saved: Save) -> None:
    label = signed_by_producer(LABEL, OURS)
    broken = file_with(label).replace(b"R07ZQ0H4KP", b"R07ZQ0H4 P")
    evidence = found(saved(broken))
    assert evidence.finding is Finding.INVALID
    assert set(evidence.facts["faults"]) >= {"broken_signature", "bad_characters:ProduceID"}  # type: ignore[arg-type]
    assert "reason" not in evidence.facts


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("valid_pinned", "a key of this site"),
        ("valid_self", "does not show who did"),
        ("invalid", "changed after it was signed"),
        ("absent", "No signature"),
        ("unsupported", "not checked here"),
        ("of tomorrow", "of tomorrow"),
    ],
)
def test_it_is_put_into_words(code: str, words: str) -> None:
    with override("en"):
        for fact in ("signature", "propagation_signature"):
            ((_, value),) = wording.details({fact: code})
            assert words in value


@pytest.mark.django_db
@pytest.mark.parametrize("position", [0, 1])
def test_labels_under_the_current_and_older_keys_are_known_to_be_ours(
    position: int, saved: Save, settings: object
) -> None:
    keys = [OURS.to_hex(), OTHERS.to_hex()]
    settings.KEYS = replace(settings.KEYS, label_signing_keys=keys)  # type: ignore[attr-defined]
    label = signed_by_producer(LABEL, SigningKey.from_hex(keys[position]))
    report = examine(saved(file_with(label)), "a.png").as_dict()
    (evidence,) = [each for each in report["evidence"] if each["layer"] == "implicit_label"]  # type: ignore[index, union-attr, call-overload]
    assert evidence["signature"] == "valid_pinned"  # type: ignore[index, call-overload]


def test_exiftool_reads_the_signed_label_as_it_was_written(tmp_path: Path) -> None:
    exiftool = programs.require("exiftool", "libimage-exiftool-perl")
    label = provider.first_label("R07ZQ0H4KP")
    for media_type in (MediaType.PNG, MediaType.JPEG, MediaType.WEBP):
        path = tmp_path / f"a.{media_type.extension}"
        data = encode_picture(photograph(64, 64), media_type=media_type)
        path.write_bytes(implicit_label.write(data, label))
        ran = subprocess.run(
            [exiftool, "-j", "-XMP:all", str(path)], capture_output=True, text=True, check=True
        )
        (tags,) = json.loads(ran.stdout)
        assert {name.casefold(): value for name, value in tags.items()}["aigc"] == label.to_json()
    assert settings.KEYS.label_signing_keys[0][:64] not in label.to_json()
