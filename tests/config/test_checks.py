from __future__ import annotations

import pytest
from pytest_django import Settings

from config import checks, environment


def _ids(found: list) -> list[str]:  # type: ignore[type-arg]
    return [each.id for each in found]


@pytest.mark.parametrize(
    ("values", "debug", "tls", "expected"),
    [
        ({}, False, True, []),
        ({}, True, False, []),
        ({}, True, True, ["yinji.E001"]),
        ({"CACHE_URL": "locmemcache://", "YINJI_WEB_WORKERS": "2"}, False, False, ["yinji.E002"]),
        ({"CACHE_URL": "locmemcache://", "YINJI_WEB_WORKERS": "1"}, False, False, []),
        ({"YINJI_LABEL": "en"}, False, False, ["yinji.W004"]),
        ({"YINJI_LABEL": "zh", "YINJI_JURISDICTIONS": "EU,IN"}, False, False, ["yinji.W004"]),
        ({"YINJI_LABEL": "zh", "YINJI_JURISDICTIONS": "CN"}, False, False, []),
    ],
)
def test_it_finds_settings_that_contradict_each_other(
    settings: Settings, values: dict[str, str], debug: bool, tls: bool, expected: list[str]
) -> None:
    settings.ENVIRONMENT = environment.read(values)
    settings.DEBUG, settings.IS_ON_TLS = debug, tls
    assert _ids(checks.deployment(None)) == expected


def test_it_warns_of_what_a_public_site_should_not_be(settings: Settings) -> None:
    settings.ENVIRONMENT = environment.read({"YINJI_IDENTITY_PROVIDER": "local"})
    assert _ids(checks.public_site(None)) == ["yinji.W001", "yinji.W002", "yinji.W003"]


def test_it_is_content_with_a_complete_public_site(settings: Settings) -> None:
    values = {"YINJI_PROVIDER_USCC": "91110102MACQD9K640", "EMAIL_URL": "smtp://mail.example"}
    settings.ENVIRONMENT = environment.read(values)
    assert checks.public_site(None) == []
