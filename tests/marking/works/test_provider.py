"""This site as a provider …"""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytest_django import Settings

from config import environment
from marking.marks.implicit_label import (
    AigcLabel,
    DatedKey,
    Service,
    SigningKey,
    Status,
    check_producer,
    is_provider_code,
)
from marking.works import provider

USCC = "91110102MACQD9K640"


@pytest.mark.parametrize(
    ("variables", "generation", "distribution"),
    [
        ({}, "Yinji-demo", "Yinji-demo"),
        ({"YINJI_PROVIDER_NAME": "Us"}, "Us", "Us"),
        ({"YINJI_PROVIDER_USCC": USCC}, f"0011{USCC}00000", f"0011{USCC}00000"),
        (
            {"YINJI_PROVIDER_USCC": USCC, "YINJI_PROVIDER_SERVICE": "8A05"},
            f"0011{USCC}18A05",
            f"0011{USCC}28A05",
        ),
    ],
)
def test_it_names_itself_by_what_it_does(
    settings: Settings, variables: dict[str, str], generation: str, distribution: str
) -> None:
    settings.ENVIRONMENT = environment.read(variables)
    assert provider.name(Service.GENERATION) == generation
    assert provider.name(Service.DISTRIBUTION) == provider.propagator("R07ZQ0H4KP").name == distribution
    assert is_provider_code(generation) is ("YINJI_PROVIDER_USCC" in variables)


@pytest.mark.parametrize("service", ["8a05", "8A0", "8A055", "8A 5", "８A05"])
def test_it_refuses_a_service_that_no_code_can_hold(service: str) -> None:
    with pytest.raises(environment.EnvironmentInvalid, match="expected four digits or capital letters"):
        environment.read({"YINJI_PROVIDER_SERVICE": service})


def test_it_signs_with_the_newest_key_and_knows_every_one(settings: Settings) -> None:
    old, new = SigningKey(1001), SigningKey(1002)
    settings.KEYS = replace(settings.KEYS, label_signing_keys=[old.to_hex()])
    before = provider.first_label("R07ZQ0H4KP")
    settings.KEYS = replace(settings.KEYS, label_signing_keys=[f"{new.to_hex()} 2026-11-22", old.to_hex()])
    after = provider.first_label("R07ZQ0H4KP")

    known = [each.key.public for each in provider.signing_keys()]
    assert [check_producer(label, known).key for label in (before, after)] == [old.public, new.public]
    assert {check_producer(label, known).status for label in (before, after)} == {Status.VALID_PINNED}
    assert provider.signing_key() == new


def test_its_first_label_is_that_of_annex_e(settings: Settings) -> None:
    settings.KEYS = replace(settings.KEYS, label_signing_keys=[DatedKey(SigningKey(9), None).write()])
    label = provider.first_label("R07ZQ0H4KP")
    assert replace(label, reserved_code1="") == AigcLabel.first(
        producer="Yinji-demo", produce_id="R07ZQ0H4KP"
    )
    assert label.is_valid
