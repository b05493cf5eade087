"""System checks: settings that contradict each other, said at start."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning
from django.core.checks import register as register_check
from django.utils import timezone

from accounts.identity.providers import registry, stripe
from accounts.retention.classes import below_floor
from accounts.vault.routing import is_shared
from config import history
from config.environment import Environment
from marking.policy.jurisdictions import Jurisdiction
from marking.works.policy import site_policy

EXPIRY_DAYS = 30
"""Days before the signing certificate ends from which a check warns."""


def register() -> None:
    """Hang the checks into Django's framework."""
    register_check(Tags.security)(deployment)
    register_check(Tags.security, deploy=True)(public_site)
    register_check(Tags.database)(history.whole_migrations)


def deployment(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Contradictions that are wrong anywhere."""
    found: list[CheckMessage] = []
    environment = settings.ENVIRONMENT
    if settings.DEBUG and settings.IS_ON_TLS:
        found.append(
            Error("YINJI_DEBUG is on while YINJI_SITE_URL is a public https address.", id="yinji.E001")
        )
    if environment["CACHE_URL"].startswith("locmemcache") and environment["YINJI_WEB_WORKERS"] > 1:
        found.append(
            Error(
                "CACHE_URL is locmemcache:// with several web processes: each would count rate limits alone.",
                id="yinji.E002",
            )
        )
    if settings.IS_ON_TLS:
        found += _without_credit_code()
    return found + _unmet_labels() + _below_floor() + _unreachable_provider()


def _unreachable_provider() -> list[CheckMessage]:
    """A provider of identities that cannot be asked as things are set."""
    environment, name = settings.ENVIRONMENT, settings.ENVIRONMENT["YINJI_IDENTITY_PROVIDER"]
    wanted = ["YINJI_IDENTITY_KEY_SECRET"] if name in registry.OUTSIDE else []
    wanted += ["YINJI_IDENTITY_KEY_ID"] if name in registry.OUTSIDE - {registry.STRIPE} else []
    wanted += ["YINJI_IDENTITY_URL"] if name in registry.OPENID else []
    wanted += ["YINJI_IDENTITY_ASSURANCE"] if name == "result-only" else []
    missing = [each for each in wanted if not environment[each]]
    sentence = f"YINJI_IDENTITY_PROVIDER is {name}, which needs {', '.join(missing)}."
    if (
        not missing
        and name == registry.STRIPE
        and not stripe.is_live_key(environment["YINJI_IDENTITY_KEY_SECRET"])
    ):
        sentence = "YINJI_IDENTITY_KEY_SECRET is no key of Stripe's live mode, which begins with rk_live_: in test mode anybody passes as anybody."
        missing = ["YINJI_IDENTITY_KEY_SECRET"]
    return [Error(sentence, id="yinji.E004")] if missing else []


def _unmet_labels() -> list[CheckMessage]:
    """A label that was asked for by name and breaks the rule of a listed jurisdiction."""
    policy = site_policy()
    unmet = ", ".join(policy.unmet)
    sentence = f"YINJI_LABEL: the wording {policy.wording.value!r} does not meet the rules of {unmet}."
    return (
        [Warning(sentence, hint="Set it to auto, or correct YINJI_JURISDICTIONS.", id="yinji.W006")]
        if unmet
        else []
    )


def _below_floor() -> list[CheckMessage]:
    """Records that would be emptied before the law lets go of them."""
    months = settings.ENVIRONMENT["YINJI_RETENTION_MONTHS"]
    return [
        Error(
            f"YINJI_RETENTION_MONTHS: {each.name} is kept for {months[each.name]} months. {each.source}.",
            id="yinji.E004",
        )
        for each in below_floor(months)
    ]


def public_site(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What a public site must have (``manage.py check --deploy``)."""
    found: list[CheckMessage] = []
    environment = settings.ENVIRONMENT
    if not settings.IS_ON_TLS:  # on TLS it is said at every start
        found += _without_credit_code()
    if (
        Jurisdiction.CHINA in environment["YINJI_JURISDICTIONS"]
        and not environment["YINJI_ALGORITHM_FILINGS"]
    ):
        found.append(
            Warning(
                "YINJI_ALGORITHM_FILINGS is empty: a provider who can shape public opinion shows the number of its algorithm's filing "
                "and a link to it (Deep Synthesis Provisions Art. 19).",
                hint="Set it, or silence this check where no such filing is owed.",
                id="yinji.W011",
            )
        )
    if settings.ISSUER.is_development:
        found.append(
            Warning(
                "YINJI_CREDENTIAL_CHAIN is empty: content credentials are signed with a certificate that this site made for "
                "itself, and other programs call their signer unknown.",
                id="yinji.W004",
            )
        )
    elif settings.ISSUER.expires_at < timezone.now() + timedelta(days=EXPIRY_DAYS):
        found.append(
            Warning(
                f"The certificate that signs content credentials ends on {settings.ISSUER.expires_at:%Y-%m-%d}.",
                id="yinji.W005",
            )
        )
    found += _local_identities()
    if not environment["YINJI_PROVIDER_ADDRESS"]:
        sentence = (
            "YINJI_PROVIDER_ADDRESS is empty: receipts of consents name no postal address of the provider."
        )
        found.append(Warning(sentence, id="yinji.W007"))
    found += vault(environment, settings.DATABASES)
    if environment["EMAIL_URL"].startswith("consolemail"):
        found.append(
            Warning("EMAIL_URL is consolemail://: verification codes are only printed.", id="yinji.W003")
        )
    return found


def vault(environment: Environment, databases: Mapping[str, Mapping[str, Any]]) -> list[CheckMessage]:
    """Names are apart from everything else only where their database is, too."""
    if is_shared(databases):
        sentence = "VAULT_DATABASE_URL names the database of DATABASE_URL: whoever reads one reads the vault's tables."
        return [Warning(sentence, hint="Give the vault a database and a role of its own.", id="yinji.W020")]
    if environment["DATABASE_URL"] and not environment["VAULT_DATABASE_URL"]:
        sentence = (
            "DATABASE_URL is an outside database and VAULT_DATABASE_URL is empty: names are kept in a file of this machine, "
            "which no other machine sees and no backup of the database holds."
        )
        return [Warning(sentence, id="yinji.W021")]
    return []


def _local_identities() -> list[CheckMessage]:
    """Nobody checks names. China lets nobody publish like this (Deep Synthesis Provisions Art. 9)."""
    if settings.ENVIRONMENT["YINJI_IDENTITY_PROVIDER"] != registry.LOCAL:
        return []
    sentence = "YINJI_IDENTITY_PROVIDER is local: nobody checks real names, and every page says so."
    if Jurisdiction.CHINA in settings.ENVIRONMENT["YINJI_JURISDICTIONS"]:
        hint = "Choose another provider, or take CN out of YINJI_JURISDICTIONS."
        return [Error(sentence, hint=hint, id="yinji.E005")]
    return [Warning(sentence, id="yinji.W002")]


def _without_credit_code() -> list[CheckMessage]:
    """On a public site the metadata label must name the provider by the code that others know how to read."""
    if settings.ENVIRONMENT["YINJI_PROVIDER_USCC"]:
        return []
    sentence = (
        "YINJI_PROVIDER_USCC is empty: a public site needs the unified social credit code of its provider, from which "
        "the 27-character provider code in every metadata label is composed (TC260-PG-20252A)."
    )
    return [Error(sentence, id="yinji.E003")]
