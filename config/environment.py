"""Settings come from environment variables alone; this is the whole list of them.

Every variable may also be given as ``NAME_FILE``, a path to read the value from (container secrets).
All wrong variables are reported together, each by a sentence that says what was expected and found.
"""

from __future__ import annotations

import os
import string
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cryptography.x509 import load_pem_x509_certificates
from stdnum.cn import uscc

from accounts.identity.providers.exchange import Endpoint
from accounts.records.witnesses import read_witnesses
from accounts.retention.classes import DEFAULT_MONTHS, read_months
from accounts.vault.opening import read_sealing_keys
from accounts.vault.opening_keys import VARIABLE as OPENING_KEY
from marking.about.filings import read_filings
from marking.desk.cases.clocks import DEFAULT_HOURS, read_hours
from marking.policy.jurisdictions import LABELS, read_jurisdictions

MASK = "••••••"
MOST_IDENTITY_MONTHS = 36


class EnvironmentInvalid(Exception):
    """One or more variables are wrong. ``sentences`` holds one complaint per variable."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("The environment is not usable:\n" + "\n".join(f"  * {each}" for each in sentences))
        self.sentences = sentences


@dataclass(frozen=True)
class Variable:
    """One setting: its name, its default as text, how to parse it, and what it means."""

    name: str
    default: str
    parse: Callable[[str], Any]
    meaning: str
    secret: bool = False


def _text(value: str) -> str:
    return value


def _folder(value: str) -> Path:
    return Path(value).expanduser().resolve()


def _flag(value: str) -> bool:
    words = {
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
    }
    if value.lower() not in words:
        raise ValueError("expected yes or no")
    return words[value.lower()]


def _whole_number(low: int, high: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
            raise ValueError(f"expected a whole number from {low} to {high}")
        return int(value)

    return parse


def _one_of(*choices: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in choices:
            raise ValueError(f"expected one of {', '.join(choices)}")
        return value

    return parse


def _address(*schemes: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if urlsplit(value).scheme not in schemes:
            raise ValueError(
                f"expected an address that starts with {' or '.join(f'{s}://' for s in schemes)}"
            )
        return value

    return parse


def _time_zone(value: str) -> str:
    try:
        return ZoneInfo(value).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("expected an IANA time zone such as Asia/Shanghai") from error


def _database(value: str) -> str:
    return _address("sqlite", "postgres", "postgresql")(value) if value else value


def _sealing_keys(value: str) -> str:
    read_sealing_keys(value)
    return value


def _withheld(value: str) -> str:
    return ""


def _local_folder(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme != "file" or parts.netloc or not parts.path.startswith("/")):
        raise ValueError("expected file:///folder; other storages are not supported yet")
    return value


def _site(value: str) -> str:
    if not value:
        return value
    parts = urlsplit(value)
    _ = parts.port  # raises ValueError outside 0 to 65535
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
        raise ValueError("expected http://host[:port] or https://host[:port] without a path")
    return value.rstrip("/")


def _timestamp_address(value: str) -> str:
    return _address("http", "https")(value) if value else value


def _certificates(value: str) -> str:
    if value:
        load_pem_x509_certificates(value.encode())  # raises ValueError
    return value


def _provider_address(value: str) -> str:
    if value:
        Endpoint(value)
    return value


def _other_origins(value: str) -> frozenset[str]:
    """Origins that a provider may name besides its own: https, a name or a public address, no path."""
    origins = frozenset(value.replace(",", " ").split())
    for each in origins:
        parts = urlsplit(each)
        if parts.scheme != "https" or parts.path not in {"", "/"} or not _is_public(parts.hostname or ""):
            raise ValueError(
                "expected https://host[:port] with commas between, none of them this machine or a private address"
            )
        Endpoint(each)
    return origins


def _is_public(host: str) -> bool:
    try:
        return ip_address(host).is_global
    except ValueError:
        return bool(host) and host != "localhost" and not host.endswith(".localhost")


def _months_of_identity(value: str) -> int:
    try:
        return _whole_number(1, MOST_IDENTITY_MONTHS)(value)
    except ValueError as error:
        raise ValueError(
            f"{error}: a real name is checked again after three years at the latest, while its records are kept"
        ) from error


def _proxy_address(value: str) -> str:
    parts = urlsplit(value)
    if value and (
        parts.scheme != "http" or not parts.hostname or not parts.port or parts.path not in {"", "/"}
    ):
        raise ValueError("expected http://host:port")
    return value


def _credit_code(value: str) -> str:
    if value and not uscc.is_valid(value):
        raise ValueError("expected an 18-character unified social credit code with a valid check character")
    return value.upper()


def _service(value: str) -> str:
    # TC260-PG-20252A, characters 24-27.
    if value and not (len(value) == 4 and all(c in string.digits + string.ascii_uppercase for c in value)):
        raise ValueError("expected four digits or capital letters")
    return value


def _label_name(value: str) -> str:
    # GB 45438-2025 Annex E j: printable ASCII without space, quote and backslash.
    if not value or not all(0x21 <= ord(c) <= 0x7E and c not in '"\\' for c in value):
        raise ValueError("expected printable ASCII without spaces, quotes or backslashes")
    return value


VARIABLES: tuple[Variable, ...] = (
    Variable("YINJI_DATA", "data", _folder, "Folder of the database, the files and the keys."),
    Variable("DATABASE_URL", "", _database, "Database address (sqlite://, postgres://). Empty: SQLite in the data folder.", True),
    Variable("VAULT_DATABASE_URL", "", _database,
             "Address of the vault's own database (sqlite://, postgres://). Empty: a SQLite file of its own in the data folder.", True),
    Variable("YINJI_VAULT_SEALING_KEY", "", _sealing_keys,
             "Public halves of the vault's opening keys, the newest first. Empty: those of the data folder."),
    Variable("YINJI_VAULT_OPENING_KEY", "", _withheld,
             "Private halves, read by the keeper alone; serve withholds it from all other parts. Empty: those of the data folder.", True),
    Variable("YINJI_CREATE_KEYS", "no", _flag,
             "Make new keys for an outside database (DATABASE_URL, VAULT_DATABASE_URL). Only for its very first start."),
    Variable("BROKER_URL", "spool://localhost", _address("spool", "redis", "rediss", "amqp", "amqps"),
             "Celery broker. spool:// is a folder inside the data folder.", True),
    Variable("CACHE_URL", "dbcache://cache", _address("dbcache", "redis", "rediss", "locmemcache"),
             "Cache shared by all processes; rate limits live in it.", True),
    Variable("STORAGE_URL", "", _local_folder, "Where files are kept: file:///folder. Empty: in the data folder."),
    Variable("EMAIL_URL", "consolemail://", _address("consolemail", "smtp", "smtp+tls", "smtp+ssl", "filemail", "memorymail"),
             "How mail is sent. consolemail:// prints it on the terminal.", True),
    Variable("EMAIL_FROM", "Yinji <noreply@localhost>", _text, "Sender address of all mail."),
    Variable("YINJI_HOST", "127.0.0.1", _text, "Address that serve listens on."),
    Variable("YINJI_PORT", "8000", _whole_number(1, 65535), "Port that serve listens on."),
    Variable("YINJI_SITE_URL", "", _site,
             "Public address of the site. https:// turns on secure cookies and HSTS. Empty: http://127.0.0.1:PORT."),
    Variable("YINJI_TRUSTED_PROXIES", "0", _whole_number(0, 9), "How many reverse proxies stand in front."),
    Variable("YINJI_DEBUG", "no", _flag, "Django's debug pages. Never on a public site."),
    Variable("YINJI_LANGUAGE", "zh-hans", _one_of("zh-hans", "en"), "Language where the browser asks for neither."),
    Variable("YINJI_TIME_ZONE", "Asia/Shanghai", _time_zone, "Time zone of the pages (IANA name)."),
    Variable("YINJI_PROVIDER_NAME", "Yinji-demo", _label_name,
             "Provider name in the metadata label while no credit code is set."),
    Variable("YINJI_PROVIDER_USCC", "", _credit_code, "Unified social credit code of the provider; its code is built from it."),
    Variable("YINJI_PROVIDER_ADDRESS", "", _text,
             "Postal address of the provider, as receipts of consents name it. Empty: the site's own address."),
    Variable("YINJI_ALGORITHM_FILINGS", "", read_filings,
             "Filings of the algorithm (Deep Synthesis Provisions Art. 19), shown on every page: number, space and https address of each, commas between filings."),
    Variable("YINJI_ICP_FILING", "", read_filings, "Filing of the site itself (ICP), shown on every page: number, space and https address."),
    Variable("YINJI_CREDENTIAL_CHAIN", "", _text,
             "PEM certificates that sign content credentials, the signer's first, the root last. Empty: one made for development."),
    Variable("YINJI_CREDENTIAL_KEY", "", _text, "PEM key (PKCS 8, P-256) of the first of them.", True),
    Variable("YINJI_CREDENTIAL_OLD_ROOTS", "", _text, "PEM roots of certificates that signed here before."),
    Variable("YINJI_TIMESTAMP_URL", "", _timestamp_address,
             "RFC 3161 time stamp authority that is asked at each signing. Empty: none."),
    Variable("YINJI_PROVIDER_SERVICE", "", _service,
             "Last four characters of the provider code, for a model or application. Empty: unused."),
    Variable("YINJI_JURISDICTIONS", "CN,EU", read_jurisdictions,
             "Whose rules the marks keep: CN, EU, IN, US-CA, with commas between them. See docs/policy.md."),
    Variable("YINJI_LABEL", "auto", _one_of("auto", *LABELS),
             "Wording of the visible label: auto (as the jurisdictions need), both, zh or en."),
    Variable("YINJI_UNLABELLED_COPIES", "yes", _flag,
             "Whether owners may ask for a copy without the visible label, where the jurisdictions allow it."),
    Variable("YINJI_IDENTITY_PROVIDER", "manual", _one_of(
                 "manual", "local", "aliyun", "aliyun-phone", "tencent", "tencent-phone", "oidc", "result-only", "stripe"),
             "Who checks real names: manual (staff), local (form only, never verified by a third party), or a provider outside: "
             "aliyun, aliyun-phone, tencent, tencent-phone, oidc, result-only, stripe. See docs/identity.md."),
    Variable("YINJI_IDENTITY_URL", "", _provider_address,
             "Address of the provider outside; the issuer for oidc and result-only. Empty: the usual one of a cloud or of Stripe."),
    Variable("YINJI_IDENTITY_KEY_ID", "", _text,
             "Its access key id (Aliyun), secret id (Tencent) or client id (oidc, result-only). Stripe has none."),
    Variable("YINJI_IDENTITY_KEY_SECRET", "", _text, "The secret that belongs to it; Stripe's restricted key.", True),
    Variable("YINJI_IDENTITY_ASSURANCE", "", _text,
             "What the provider must say of its check, words with spaces between: trust frameworks (oidc; empty: any), acr values (result-only)."),
    Variable("YINJI_IDENTITY_ORIGINS", "", _other_origins,
             "Other origins where oidc and result-only may have their endpoints, https://host, commas between. Empty: the issuer's own alone."),
    Variable("YINJI_IDENTITY_PROXY", "", _proxy_address,
             "Proxy to reach the provider through, http://host:port. Empty: none; the environment's proxies are never used."),
    Variable("YINJI_IDENTITY_MONTHS", "12", _months_of_identity,
             "Months after which an accepted real name must be checked again: 1 to 36."),
    Variable("YINJI_ANSWER_HOURS", DEFAULT_HOURS, read_hours,
             "Within how many hours complaints are answered, by their clock. Published on /complaints/; urgent: 48 at most."),
    Variable("YINJI_RETENTION_MONTHS", DEFAULT_MONTHS, read_months,
             "For how many months the bodies of records, and what rows and files hold of people, are kept, by their class. None below the floor that its law sets."),
    Variable("YINJI_SUSPEND_BY_TWO", "no", _flag,
             "Whether a suspension of an account waits for a second person, as closing one always does."),
    Variable("YINJI_APPEAL_DAYS", "184", _whole_number(184, 3660),
             "Days within which a decision can be appealed: six months at least (DSA Art. 20(1))."),
    Variable("YINJI_APPEAL_ANSWER_DAYS", "15", _whole_number(1, 90),
             "Days within which an appeal is decided. Published on /complaints/."),
    Variable("YINJI_REQUESTS_PER_DAY", "20", _whole_number(1, 1000),
             "How many people one account may ask for their consent in 24 hours."),
    Variable("YINJI_CONSENT_FILES_HOURS", "24", _whole_number(1, 720),
             "Hours after which the files of a work whose consent ended are deleted. Until then the person may restore it."),
    Variable("YINJI_WAITING_FILES_DAYS", "180", _whole_number(60, 3650),
             "Days after which an upload that was never released is deleted where nothing happened to it; its owner is told a month before."),
    Variable("YINJI_WITNESSES", "", read_witnesses,
             "Who witnesses the log: verifier key and address of each with a space between, commas between witnesses. Empty: nobody."),
    Variable("YINJI_WITNESS_QUORUM", "1", _whole_number(1, 16), "How many witnesses must have signed for the log to be called witnessed."),
    Variable("YINJI_LOG_TIMESTAMP_URL", "", _timestamp_address,
             "RFC 3161 time stamp authority that is asked once a day for a stamp over the log. Empty: none."),
    Variable("YINJI_LOG_TIMESTAMP_ROOTS", "", _certificates, "PEM certificates that vouch for that authority."),
    Variable("YINJI_PUBLIC_ENTRIES", "no", _flag,
             "Whether anybody may read the log's entries. They name people by their producer ids. No: auditors alone."),
    Variable("YINJI_WEB_WORKERS", "2", _whole_number(1, 64), "Web processes that serve starts."),
    Variable("YINJI_MARK_WORKERS", "2", _whole_number(1, 64), "Marking processes that serve starts."),
)  # fmt: skip


@dataclass(frozen=True)
class Environment:
    """The parsed values by name, and the text each came from."""

    values: Mapping[str, Any]
    texts: Mapping[str, str]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def shown(self) -> Iterator[tuple[Variable, str]]:
        """Each variable with its effective text, secrets masked."""
        for variable in VARIABLES:
            text = self.texts[variable.name]
            is_masked = variable.secret and text not in {"", variable.default}
            yield variable, MASK if is_masked else text


def read(environ: Mapping[str, str] = os.environ) -> Environment:
    """Parse every variable of ``environ``. Raises :class:`EnvironmentInvalid` naming all wrong ones."""
    values: dict[str, Any] = {}
    texts: dict[str, str] = {}
    complaints: list[str] = []
    for variable in VARIABLES:
        try:
            texts[variable.name] = text = _raw(variable, environ)
            values[variable.name] = variable.parse(text)
        except (ValueError, OSError) as error:
            found = "a value that is not shown" if variable.secret else f"{environ.get(variable.name, '')!r}"
            complaints.append(f"{variable.name}: {error}; found {found}.")
    if complaints:
        raise EnvironmentInvalid(complaints)
    return Environment(values, texts)


def _raw(variable: Variable, environ: Mapping[str, str]) -> str:
    if variable.name == OPENING_KEY:
        return ""  # not even looked at: this runs in every process
    file = environ.get(f"{variable.name}_FILE")
    if file is not None and variable.name in environ:
        raise ValueError(f"expected only one of {variable.name} and {variable.name}_FILE")
    if file is not None:
        return Path(file).read_text().strip()
    return environ.get(variable.name, variable.default).strip()
