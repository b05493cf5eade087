from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from pytest_django import Settings

from config import checks, environment
from marking.marks.credential import development_issuer

CREDIT_CODE = {"YINJI_PROVIDER_USCC": "91110102MACQD9K640"}
ADDRESS = {"YINJI_PROVIDER_ADDRESS": "北京市东城区"}
COMPLETE = CREDIT_CODE | ADDRESS | {"EMAIL_URL": "smtp://mail.example"}


def _ids(found: list) -> list[str]:  # type: ignore[type-arg]
    return [each.id for each in found]


@pytest.mark.parametrize(
    ("values", "debug", "tls", "expected"),
    [
        (CREDIT_CODE, False, True, []),
        ({}, True, False, []),
        (CREDIT_CODE, True, True, ["yinji.E001"]),
        ({}, False, True, ["yinji.E003"]),
        ({"CACHE_URL": "locmemcache://", "YINJI_WEB_WORKERS": "2"}, False, False, ["yinji.E002"]),
        ({"CACHE_URL": "locmemcache://", "YINJI_WEB_WORKERS": "1"}, False, False, []),
        ({"YINJI_LABEL": "en"}, False, False, ["yinji.W006"]),
        ({"YINJI_LABEL": "zh", "YINJI_JURISDICTIONS": "EU,IN"}, False, False, ["yinji.W006"]),
        ({"YINJI_LABEL": "zh", "YINJI_JURISDICTIONS": "CN"}, False, False, []),
    ],
)
def test_it_finds_settings_that_contradict_each_other(
    settings: Settings, values: dict[str, str], debug: bool, tls: bool, expected: list[str]
) -> None:
    settings.ENVIRONMENT = environment.read(values)
    settings.DEBUG, settings.IS_ON_TLS = debug, tls
    assert _ids(checks.deployment(None)) == expected


@pytest.mark.parametrize("tls", [True, False])
def test_a_public_site_without_a_credit_code_is_refused_once(settings: Settings, tls: bool) -> None:
    settings.ENVIRONMENT = environment.read({"EMAIL_URL": "smtp://mail.example"} | ADDRESS)
    settings.IS_ON_TLS = tls
    settings.ISSUER = replace(development_issuer(), is_development=False)
    found = [*checks.deployment(None), *checks.public_site(None)]
    assert _ids(found) == ["yinji.E003"]
    assert found[0].is_serious()


def test_serve_does_not_start_on_a_public_address_without_a_credit_code(settings: Settings) -> None:
    settings.ENVIRONMENT, settings.IS_ON_TLS = environment.read({}), True
    with pytest.raises(SystemCheckError, match="YINJI_PROVIDER_USCC is empty"):
        call_command("serve", skip_checks=False)


def test_it_warns_of_what_a_public_site_should_not_be(settings: Settings) -> None:
    settings.ENVIRONMENT = environment.read({"YINJI_IDENTITY_PROVIDER": "local"} | CREDIT_CODE)
    settings.ISSUER = development_issuer()
    assert _ids(checks.public_site(None)) == ["yinji.W004", "yinji.W002", "yinji.W007", "yinji.W003"]


def test_it_warns_before_the_signing_certificate_ends(settings: Settings) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=365 * 20 - 10)
    settings.ENVIRONMENT = environment.read(COMPLETE)
    settings.ISSUER = replace(development_issuer(long_ago), is_development=False)
    assert _ids(checks.public_site(None)) == ["yinji.W005"]


def test_it_is_content_with_a_complete_public_site(settings: Settings) -> None:
    settings.ENVIRONMENT = environment.read(COMPLETE)
    settings.ISSUER = replace(development_issuer(), is_development=False)
    assert checks.public_site(None) == []
