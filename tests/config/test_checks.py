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
PROVIDER_KEY = {"YINJI_IDENTITY_KEY_ID": "id", "YINJI_IDENTITY_KEY_SECRET": "secret"}
PROVIDER_URL = {"YINJI_IDENTITY_URL": "https://provider.example"}
ADDRESS = {"YINJI_PROVIDER_ADDRESS": "北京市东城区"}
FILING = {"YINJI_ALGORITHM_FILINGS": "1 https://beian.example/1"}
COMPLETE = CREDIT_CODE | ADDRESS | FILING | {"EMAIL_URL": "smtp://mail.example"}


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
        ({"YINJI_RETENTION_MONTHS": "network:5"}, False, False, ["yinji.E004"]),
        ({"YINJI_RETENTION_MONTHS": "network:6,consent:60"}, False, False, []),
        ({"YINJI_LABEL": "en"}, False, False, ["yinji.W006"]),
        ({"YINJI_IDENTITY_PROVIDER": "aliyun"}, False, False, ["yinji.E004"]),
        ({"YINJI_IDENTITY_PROVIDER": "aliyun"} | PROVIDER_KEY, False, False, []),
        ({"YINJI_IDENTITY_PROVIDER": "oidc"} | PROVIDER_KEY, False, False, ["yinji.E004"]),
        ({"YINJI_IDENTITY_PROVIDER": "oidc"} | PROVIDER_KEY | PROVIDER_URL, False, False, []),
        (
            {"YINJI_IDENTITY_PROVIDER": "result-only"} | PROVIDER_KEY | PROVIDER_URL,
            False,
            False,
            ["yinji.E004"],
        ),
        ({"YINJI_IDENTITY_PROVIDER": "stripe"}, False, False, ["yinji.E004"]),
        (
            {"YINJI_IDENTITY_PROVIDER": "stripe", "YINJI_IDENTITY_KEY_SECRET": "rk_live_1"},
            False,
            False,
            [],
        ),
        *(
            (
                {"YINJI_IDENTITY_PROVIDER": "stripe", "YINJI_IDENTITY_KEY_SECRET": key},
                False,
                False,
                ["yinji.E004"],
            )
            for key in ("rk_test_1", "rk_live_1\nX: y", "rk_live_中文")
        ),
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
    settings.ENVIRONMENT = environment.read({"EMAIL_URL": "smtp://mail.example"} | ADDRESS | FILING)
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
    local = {"YINJI_IDENTITY_PROVIDER": "local", "YINJI_JURISDICTIONS": "EU"}
    settings.ENVIRONMENT = environment.read(local | CREDIT_CODE)
    settings.ISSUER = development_issuer()
    assert _ids(checks.public_site(None)) == ["yinji.W004", "yinji.W002", "yinji.W007", "yinji.W003"]


@pytest.mark.parametrize(("jurisdictions", "expected"), [("CN,EU", ["yinji.W011"]), ("EU", [])])
def test_a_public_site_in_china_shows_its_filing(
    settings: Settings, jurisdictions: str, expected: list[str]
) -> None:
    values = {name: value for name, value in COMPLETE.items() if name not in FILING}
    settings.ENVIRONMENT = environment.read(values | {"YINJI_JURISDICTIONS": jurisdictions})
    settings.ISSUER = replace(development_issuer(), is_development=False)
    assert _ids(checks.public_site(None)) == expected


def test_a_public_site_in_china_must_have_names_checked(settings: Settings) -> None:
    settings.ENVIRONMENT = environment.read(COMPLETE | {"YINJI_IDENTITY_PROVIDER": "local"})
    settings.ISSUER = replace(development_issuer(), is_development=False)
    found = checks.public_site(None)
    assert _ids(found) == ["yinji.E005"]
    assert found[0].is_serious()


def test_it_warns_before_the_signing_certificate_ends(settings: Settings) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=365 * 20 - 10)
    settings.ENVIRONMENT = environment.read(COMPLETE)
    settings.ISSUER = replace(development_issuer(long_ago), is_development=False)
    assert _ids(checks.public_site(None)) == ["yinji.W005"]


OUTSIDE = "postgres://web@db/yinji"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"DATABASE_URL": OUTSIDE}, ["yinji.W021"]),
        ({"DATABASE_URL": OUTSIDE, "VAULT_DATABASE_URL": "postgres://web@db/yinji"}, ["yinji.W020"]),
        ({"DATABASE_URL": OUTSIDE, "VAULT_DATABASE_URL": "postgres://web@db/vault"}, []),
    ],
)
def test_it_warns_where_the_vault_is_not_apart(
    settings: Settings, values: dict[str, str], expected: list[str]
) -> None:
    names = [values["DATABASE_URL"], values.get("VAULT_DATABASE_URL", "sqlite:////vault.sqlite3")]
    databases = {
        alias: {"ENGINE": name.partition(":")[0], "NAME": name}
        for alias, name in zip(("default", "vault"), names, strict=True)
    }
    assert _ids(checks.vault(environment.read(values), databases)) == expected


def test_it_is_content_with_a_complete_public_site(settings: Settings) -> None:
    settings.ENVIRONMENT = environment.read(COMPLETE)
    settings.ISSUER = replace(development_issuer(), is_development=False)
    assert checks.public_site(None) == []
