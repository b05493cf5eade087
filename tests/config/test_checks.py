from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from config import checks, environment
from marking.marks.credential import development_issuer

COMPLETE = {"YINJI_PROVIDER_USCC": "91110102MACQD9K640", "EMAIL_URL": "smtp://mail.example"}


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
    settings.ISSUER = development_issuer()
    assert _ids(checks.public_site(None)) == ["yinji.W001", "yinji.W004", "yinji.W002", "yinji.W003"]


def test_it_warns_before_the_signing_certificate_ends(settings: Settings) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=365 * 20 - 10)
    settings.ENVIRONMENT = environment.read(COMPLETE)
    settings.ISSUER = replace(development_issuer(long_ago), is_development=False)
    assert _ids(checks.public_site(None)) == ["yinji.W005"]


def test_it_is_content_with_a_complete_public_site(settings: Settings) -> None:
    settings.ENVIRONMENT = environment.read(COMPLETE)
    settings.ISSUER = replace(development_issuer(), is_development=False)
    assert checks.public_site(None) == []
