"""System checks: settings that contradict each other, said at start."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning
from django.core.checks import register as register_check
from django.utils import timezone

from marking.works.policy import site_policy

EXPIRY_DAYS = 30
"""Days before the signing certificate ends from which a check warns."""


def register() -> None:
    """Hang the checks into Django's framework."""
    register_check(Tags.security)(deployment)
    register_check(Tags.security, deploy=True)(public_site)


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
    return found + _unmet_labels()


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


def public_site(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What a public site must have (``manage.py check --deploy``)."""
    found: list[CheckMessage] = []
    environment = settings.ENVIRONMENT
    if not settings.IS_ON_TLS:  # on TLS it is said at every start
        found += _without_credit_code()
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
    if environment["YINJI_IDENTITY_PROVIDER"] == "local":
        found.append(
            Warning(
                "YINJI_IDENTITY_PROVIDER is local: nobody checks real names, and every page says so.",
                id="yinji.W002",
            )
        )
    if not environment["YINJI_PROVIDER_ADDRESS"]:
        sentence = (
            "YINJI_PROVIDER_ADDRESS is empty: receipts of consents name no postal address of the provider."
        )
        found.append(Warning(sentence, id="yinji.W007"))
    if environment["EMAIL_URL"].startswith("consolemail"):
        found.append(
            Warning("EMAIL_URL is consolemail://: verification codes are only printed.", id="yinji.W003")
        )
    return found


def _without_credit_code() -> list[CheckMessage]:
    """On a public site the metadata label must name the provider by the code that others know how to read."""
    if settings.ENVIRONMENT["YINJI_PROVIDER_USCC"]:
        return []
    sentence = (
        "YINJI_PROVIDER_USCC is empty: a public site needs the unified social credit code of its provider, from which "
        "the 27-character provider code in every metadata label is composed (TC260-PG-20252A)."
    )
    return [Error(sentence, id="yinji.E003")]
