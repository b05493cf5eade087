"""provider_code: the 27 characters of TC260-PG-20252A."""

from __future__ import annotations

import pytest

from marking.marks.implicit_label import Service, is_provider_code, provider_code, service_extension
from marking.marks.implicit_label.provider_code import is_uscc

# Codes seen in files of Chinese providers.
REAL_CODES = [
    "001191110102MACQD9K64010000",
    "001191110102MACQD9K64018705",
    "001191110102MACQD9K64028705",
    "001191440300708461136T1XGW3",
    "001191440300708461136T1308L",
    "001191310104MACE0YX63918020",
    "001191320118MAK93FC72D10001",
]


@pytest.mark.parametrize("code", REAL_CODES)
def test_it_composes_the_codes_of_real_providers(code: str) -> None:
    assert provider_code(code[4:22], code[22:]) == code
    assert is_provider_code(code)


@pytest.mark.parametrize(
    ("service", "chosen", "extension"),
    [
        (Service.GENERATION, "8A05", "18A05"),
        (Service.DISTRIBUTION, "8A05", "28A05"),
        (Service.GENERATION, "", "00000"),
        (Service.DISTRIBUTION, "", "00000"),
    ],
)
def test_it_tells_generation_from_distribution(service: Service, chosen: str, extension: str) -> None:
    assert service_extension(service, chosen) == extension
    assert is_provider_code(provider_code("91110000802100433B", extension))


def test_it_leaves_the_service_unused() -> None:
    assert provider_code("91110000802100433B") == "001191110000802100433B00000"


@pytest.mark.parametrize(
    "uscc", ["91110102MACQD9K641", "91110102MACQD9K64", "91110102MACQD9K64I", "", "9111010２MACQD9K640"]
)
def test_it_refuses_a_wrong_credit_code(uscc: str) -> None:
    assert not is_uscc(uscc)
    with pytest.raises(ValueError, match="expected 18 characters of a social credit code"):
        provider_code(uscc)


@pytest.mark.parametrize("service", ["0000", "30000", "1abcd", "00001", "100000"])
def test_it_refuses_a_wrong_service(service: str) -> None:
    with pytest.raises(ValueError, match="expected service 00000"):
        provider_code("91440300708461136T", service)


@pytest.mark.parametrize(
    "code",
    [
        "0011DEMOAI00000",
        "002191110102MACQD9K64010000",
        "001191110102MACQD9K64110000",
        "001191110102MACQD9K64030000",
    ],
)
def test_it_tells_what_is_no_provider_code(code: str) -> None:
    assert not is_provider_code(code)
