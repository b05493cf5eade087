"""A receipt as people read it, on its page, in its PDF and on the page that checks it. In the active language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.identity.levels import Level
from accounts.identity.wording import describe
from accounts.users.erasure import RETENTION
from consent.receipts.checking import Checked, Standing
from consent.receipts.sides import Side
from consent.wording import CLAUSES, WORDS, in_words

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SIDES: Mapping[str, StrOrPromise] = {
    Side.PERSON: gettext_lazy("the person who agreed"),
    Side.GRANTEE: gettext_lazy("the one who may use it"),
}
EVENTS: Mapping[str, StrOrPromise] = {
    "dpv:ConsentRequestDeferred": gettext_lazy("given, not in force yet"),
    "dpv:ConsentGiven": gettext_lazy("given, in force"),
    "dpv:RenewedConsentGiven": gettext_lazy("renewed, in force"),
    "dpv:ConsentUnknown": gettext_lazy("suspended"),
    "dpv:ConsentExpired": gettext_lazy("expired or used up"),
    "dpv:ConsentWithdrawn": gettext_lazy("withdrawn"),
    "dpv:ConsentRevoked": gettext_lazy("revoked by this site"),
    "dpv:ConsentInvalidated": gettext_lazy("declared void by an authority"),
    "yinji:Superseded": gettext_lazy("replaced by a newer one"),
}
SENTENCES: Mapping[str, StrOrPromise] = {
    "valid": gettext_lazy("This site issued this receipt, and nothing in it was changed since."),
    "not_on_record": gettext_lazy(
        "The signature is one of this site's, but this site has no record that it issued this receipt. Don't rely on it, and tell us."
    ),
    "unknown_key": gettext_lazy("This receipt was not signed with a key of this site."),
    "bad_signature": gettext_lazy(
        "The signature does not fit: the receipt was changed, or was never signed by this site."
    ),
    "mismatch": gettext_lazy("What can be read in this file is not what was signed: it was changed."),
    "key_not_in_use": gettext_lazy(
        "The signature fits, but its key was not in use when the receipt says that it was issued. Don't rely on it."
    ),
}
"""What the check of a receipt says first."""

LANGUAGES = {"zh-hans": "简体中文", "en": "English"}


@dataclass(frozen=True)
class Section:
    """Some facts under one title: names and values."""

    title: str
    rows: tuple[tuple[str, str], ...]


def sections(document: Mapping[str, Any]) -> list[Section]:
    """Return all that a receipt of this site says, in the order in which people ask."""
    return [
        Section(_("This receipt"), tuple(_receipt(document))),
        Section(_("What was agreed to"), tuple(_clauses(document["likeness"]["scope"]))),
        Section(_("Who is concerned"), tuple(_parties(document))),
        Section(_("How surely it was given"), tuple(_assurance(document))),
        Section(_("Keeping and ending"), tuple(_keeping(document))),
        Section(_("What happened"), tuple(_events(document))),
        Section(_("Where it is recorded"), tuple(_log(document["log"]))),
    ]


def standing_sentence(checked: Checked) -> str:
    """Return what became of the consent; empty where the receipt is not ours."""
    match checked.standing:
        case Standing.IN_FORCE:
            return _("The consent is in force now.")
        case Standing.RESTING:
            return _("The consent is not in force now. It has not ended either.")
        case Standing.USED_UP:
            return _("The consent is used up: what was made with it stands, and nothing new may be made.")
        case Standing.ENDED if checked.ended_at:
            return _("The consent ended on %(date)s.") % {
                "date": formats.date_format(timezone.localtime(checked.ended_at), "DATE_FORMAT")
            }
        case _:
            return ""


def moment(text: str) -> str:
    """Return an RFC 3339 time in the site's time zone, to the minute and with its offset (ISO 8601)."""
    return timezone.localtime(datetime.fromisoformat(text)).isoformat(sep=" ", timespec="minutes")


def _receipt(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    header, likeness = document["header"], document["likeness"]
    yield _("Receipt"), header["receipt_id"]
    yield _("Issued"), moment(header["issued_at"])
    yield _("Issued for"), str(SIDES[header["issued_for"]])
    if header["previous_receipt_id"]:
        yield _("Updates the receipt"), header["previous_receipt_id"]
    yield _("Record of the consent"), header["record_id"]
    yield _("State when this was issued"), in_words(likeness["state"])
    yield _("Made with it by then"), _files(likeness["outputs_made"])
    yield _("Form"), header["schema_version"]


def _clauses(scope: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield _named("element"), in_words(scope["elements"])
    yield _named("operation"), in_words(scope["operations"])
    yield _named("purpose"), in_words(scope["purposes"])
    yield _named("medium"), in_words(scope["media"])
    yield _named("audience"), _with_list(scope["audience"], scope["recipients"])
    yield _named("channel"), in_words(scope["channels"])
    yield _named("territory"), in_words(scope["territories"])
    first, last = (moment(scope[name]) for name in ("not_before", "not_after"))
    yield _named("time"), _("from %(first)s until %(last)s") % {"first": first, "last": last}
    yield _named("number"), _number(scope["outputs"], scope["seconds"])
    yield _named("money"), in_words(scope["money"])
    is_free = scope["binding"] == "purpose"
    free = _("any, for the agreed purpose")
    yield _named("content"), free if is_free else _with_list(scope["binding"], scope["bound_to"])
    others = _("%(name)s and others in their place") % {"name": scope["grantee"]}
    yield _named("grantee"), others if scope["may_sublicense"] else scope["grantee"]
    yield _named("label"), in_words(scope["label"])
    seen = _("only after the person saw and approved it")
    yield _named("preview"), seen if scope["needs_preview"] else in_words(False)
    yield _named("abroad"), in_words(scope["may_go_abroad"])
    yield _named("withdrawal"), in_words(scope["withdrawal"])


def _parties(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield _("The person, as this receipt calls them"), document["header"]["pii_principal_id"]
    grantee, operator = document["parties"]
    yield _("Who may use it"), grantee["party_name"]
    yield _("Who runs this site"), f"{operator['party_name']} · {operator['party_address']}"
    yield _("Reached through"), operator["party_contact"]


def _assurance(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    assurance, processing = document["assurance"], document["processing"]
    yield _("Identity of whoever agreed"), str(describe(Level[assurance["identity"]["code"].upper()]))
    yield _("Proof of the consent"), str(WORDS[assurance["proof"]["code"]])
    yield (
        _("Language of the text that was shown"),
        LANGUAGES.get(processing["language"], processing["language"]),
    )
    yield _("SHA-256 of that text"), assurance["shown_text_sha256"]
    yield _("SHA-256 of the sealed evidence"), assurance["evidence_sha256"]
    yield _("SHA-256 of the clauses"), document["likeness"]["scope_sha256"]


def _keeping(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    purpose = document["processing"]["purposes"][0]
    yield _("Kept for"), _kept_for(purpose["retention_period"])
    yield _("Stored at"), in_words(purpose["storage_locations"])
    yield _("Rules that this site keeps"), in_words(purpose["jurisdiction"])
    yield _("How to end it"), purpose["withdrawal_method"]


def _kept_for(period: Mapping[str, Any]) -> str:
    """In words. Receipts that were issued before there was an end of their own do not say one."""
    evidence = _(
        "The evidence until the person's account is erased, %(days)d days after they ask for it at the earliest."
    ) % {"days": RETENTION.days}
    if "after_end" not in period:
        return evidence
    both = _("Evidence and receipt until %(months)s months after the end of the consent.")
    return f"{both % {'months': str(period['after_end']).strip('PM')}} {evidence}"


def _events(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for event in document["events"]:
        yield moment(event["event_time"]), str(EVENTS.get(event["event_state"], event["event_state"]))


def _log(log: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "sequence" in log:
        yield _("Entry"), str(log["sequence"])
        yield _("SHA-256 of the entry"), log["leaf_sha256"]
        yield _("SHA-256 of the chain up to it"), log["chain_sha256"]
    yield _("Witness"), _("Not witnessed: nobody outside holds a copy of the log's head.")


def _named(clause: str) -> str:
    return str(CLAUSES[clause])


def _number(outputs: int, seconds: int) -> str:
    """How many, and how long each: stills have no length."""
    if not seconds:
        return _files(outputs)
    length = ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
    return _("%(files)s of at most %(length)s") % {"files": _files(outputs), "length": length}


def _files(count: int) -> str:
    return ngettext("%(count)d file", "%(count)d files", count) % {"count": count}


def _with_list(code: str, entries: list[str]) -> str:
    words = in_words(code)
    return f"{words} ({in_words(list(entries))})" if entries else words
