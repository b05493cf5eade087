"""Whether the time that a request takes tells an address with an account, or a document number that an account holds, from one without.

``python -m tests.benchmarks.enumeration [--what addresses|documents] [NUMBER]``: asks about NUMBER known and as many unknown ones, one after the
other in random order, by the pages of a throw-away installation in this process. Prints medians and the two-sample Kolmogorov-Smirnov test.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import statistics
import tempfile
import time
from typing import Any

from tests.benchmarks import claims

ADDRESSES, DOCUMENTS = "addresses", "documents"
REQUESTERS_ASK = 900
"""People whom one requester asks: below what the settings allow in a day."""


def main(what: str, number: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="yinji-benchmark-") as folder:
        os.environ |= {
            "YINJI_DATA": folder,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "YINJI_REQUESTS_PER_DAY": "1000",
            "YINJI_LANGUAGE": "en",
        }
        _begin()
        for line in table(_measured(number)) if what == ADDRESSES else claims_table(claims.measured(number)):
            print(line)


def table(seconds: dict[str, list[float]]) -> list[str]:
    """Both medians, their difference, and how probable so large a difference between the distributions is by chance."""
    statistic, probability = kolmogorov_smirnov(*seconds.values())
    medians = {name: statistics.median(each) * 1000 for name, each in seconds.items()}
    first, second = medians.values()
    return [
        "| address | requests | median, ms |",
        "|---|---:|---:|",
        *(f"| {name} | {len(seconds[name])} | {median:.2f} |" for name, median in medians.items()),
        "",
        f"Medians {abs(first - second):.2f} ms apart; Kolmogorov-Smirnov D = {statistic:.4f}, p = {probability:.3f}.",
    ]


def claims_table(seconds: claims.Seconds) -> list[str]:
    """The same, in one line for each provider, answer and clock."""
    lines = [
        "| provider | answer | time | free | median, ms | held | median, ms | D | p |",
        "|---|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    for (provider, answer, clock), kinds in seconds.items():
        statistic, probability = kolmogorov_smirnov(*kinds.values())
        medians = " | ".join(f"{len(each)} | {statistics.median(each) * 1000:.2f}" for each in kinds.values())
        lines.append(
            f"| `{provider}` | {answer} | {clock} | {medians} | {statistic:.4f} | {probability:.3f} |"
        )
    return lines


def kolmogorov_smirnov(a: list[float], b: list[float]) -> tuple[float, float]:
    """The largest distance of the two distributions, and its probability by chance, asymptotic (Smirnov 1948, doi:10.1214/aoms/1177730256)."""
    values = sorted([(each, 0) for each in a] + [(each, 1) for each in b])
    passed, largest = [0, 0], 0.0
    for _value, which in values:
        passed[which] += 1
        largest = max(largest, abs(passed[0] / len(a) - passed[1] / len(b)))
    scaled = largest * math.sqrt(len(a) * len(b) / (len(a) + len(b)))
    terms = (2 * (-1) ** (k - 1) * math.exp(-2 * k * k * scaled * scaled) for k in range(1, 101))
    return largest, min(1.0, max(0.0, sum(terms))) if scaled > 0.2 else 1.0


def _begin() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("migrate", "vault", database="vault", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def _measured(addresses: int) -> dict[str, list[float]]:
    from django.test import Client

    from tests.consent.requests.asking import fields

    asked = [
        *((f"k{n}@known.example", True) for n in range(addresses)),
        *((f"u{n}@unknown.example", False) for n in range(addresses)),
    ]
    _register([address for address, is_known in asked if is_known])
    random.Random(1).shuffle(asked)
    seconds: dict[str, list[float]] = {"known": [], "unknown": []}
    for number, (address, is_known) in enumerate(asked):
        if number % REQUESTERS_ASK == 0:
            browser, form = _requester(Client, fields, number)
            _seconds(browser, form, f"first{number}@unknown.example")
        seconds["known" if is_known else "unknown"].append(_seconds(browser, form, address))
    return seconds


def _seconds(browser: Any, form: dict[str, Any], address: str) -> float:
    """How long it takes to draft and send a request to ``address``."""
    began = time.perf_counter()
    made = browser.post("/consent/requests/new", {**form, "address": address})
    sent = browser.post(made.headers["Location"] + "/send")
    taken = time.perf_counter() - began
    if (made.status_code, sent.status_code) != (302, 302):
        raise RuntimeError(f"expected a request to be sent, found {made.status_code} and {sent.status_code}")
    return taken


def _requester(client: Any, fields: Any, number: int) -> tuple[Any, dict[str, Any]]:
    from accounts.identity.documents import check_character
    from tests.consent.people import account

    digits = f"11010119850615{number % 1000:03}"
    user = account(f"asks{number}@example.com", "Ada Lovelace", digits + check_character(digits))
    browser = client(HTTP_HOST="127.0.0.1:8000")
    browser.force_login(user)
    return browser, fields(user)


def _register(addresses: list[str]) -> None:
    from allauth.account.models import EmailAddress

    from accounts.users.models import User

    users = User.objects.bulk_create(User(email=each, password="!") for each in addresses)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=each, email=each.email, verified=True, primary=True) for each in users
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("number", nargs="?", type=int, default=1000)
    parser.add_argument("--what", choices=(ADDRESSES, DOCUMENTS), default=ADDRESSES)
    given = parser.parse_args()
    main(given.what, given.number)
