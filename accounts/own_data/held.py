"""What the rooms of accounts hold about a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Client
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils.translation import gettext_lazy as _

from accounts.guardians.models import Guardianship
from accounts.identity.claim_vault import birth_date_of, masked_number_of, name_of, number_of
from accounts.identity.models import IdentityCheck, IdentityClaim
from accounts.identity.wording import statement
from accounts.notices.contents import content_of
from accounts.notices.models import MailPreferences, Notice
from accounts.notices.webhooks.contents import url_of
from accounts.notices.webhooks.models import Webhook
from accounts.organisations.models import Mandate, Organisation
from accounts.own_data.models import DataCopy
from accounts.own_data.rooms import Part, register, rows
from accounts.own_data.withheld import withheld_from
from accounts.records.canonical import parse
from accounts.records.deep import body_of
from accounts.records.models import Record
from accounts.users.models import AgreementAcceptance
from accounts.vault.sealing import Damaged, Erased

if TYPE_CHECKING:
    from accounts.users.models import User

IN_VAULT = (
    "Name, document number and telephone number were accepted and lie sealed in a vault that no process of this site opens "
    "by itself, this copy's included; of the number this copy holds what its mask shows."
)
"""What a copy says in place of what it cannot hold: else whoever takes over an account, or this process, had the names."""
_PAGE = 500
_SECRETS = ("session_key",)
"""What lets somebody in, and is of no use to its owner."""
_ABOUT_OTHERS = ("decision",)
"""What stands in a person's records and is about others: their consents, to whoever publishes."""


def register_all() -> None:
    """Name what accounts hold."""
    register("account", _("Your account and how you sign in"), account)
    register("identity", _("Your real name, and children you act for"), identity)
    register("notices", _("What you were told, and whom your account tells"), notices)
    register("records", _("What the record log says about you"), records)


def account(user: User) -> Iterator[Part]:
    """The account, its addresses, sessions, ways to sign in, clients, agreements and copies."""
    facts = {"email", "producer_id", "is_active", "created_at", "last_login", "deletion_requested_at"}
    roles = list(user.groups.values_list("name", flat=True))
    yield Part("account", {**{name: getattr(user, name) for name in sorted(facts)}, "roles": roles})
    yield Part("addresses", rows(EmailAddress.objects.filter(user=user)))
    sessions = rows(UserSession.objects.filter(user=user))
    yield Part(
        "sessions", [{name: value for name, value in row.items() if name not in _SECRETS} for row in sessions]
    )
    ways = Authenticator.objects.filter(user=user)
    yield Part(
        "sign_in",
        [
            {"type": each.type, "created_at": each.created_at, "last_used_at": each.last_used_at}
            for each in ways
        ],
    )
    clients = Client.objects.filter(owner=user)
    yield Part(
        "clients", [{"id": each.pk, "name": each.name, "scopes": each.get_scopes()} for each in clients]
    )
    yield Part("agreements", rows(AgreementAcceptance.objects.filter(user=user)))
    yield Part("copies", rows(DataCopy.objects.filter(user=user)))


def identity(user: User) -> Iterator[Part]:
    """Every claim with what of it can be opened here, what providers answered, and who acts for whom."""
    claims = IdentityClaim.objects.filter(user=user).select_related("user__person_key")
    opened = {
        "name": _opened(name_of),
        "number": _opened(number_of),
        "birth_date": _opened(birth_date_of),
        "masked_number": _opened(masked_number_of),
    }
    opened["statement"] = lambda claim: statement(claim.level)
    yield Part("claims", rows(claims, **opened, elsewhere=lambda claim: IN_VAULT if claim.deposit else None))
    yield Part("checks", rows(IdentityCheck.objects.filter(user=user)))
    yield Part("organisations", rows(Organisation.objects.filter(representative=user)))
    yield Part("mandates", rows(Mandate.objects.filter(delegate=user)))
    guardianships = Guardianship.objects.filter(guardian=user) | Guardianship.objects.filter(ward=user)
    yield Part("guardianships", rows(guardianships))


def notices(user: User) -> Iterator[Part]:
    """Notices with their words, how they are mailed, and webhooks without their secrets."""
    told = Notice.objects.filter(user=user).select_related("user__person_key")
    yield Part("notices", rows(told, params=_opened(lambda notice: dict(content_of(notice).params))))
    yield Part("mail", rows(MailPreferences.objects.filter(user=user)))
    yield Part("webhooks", rows(Webhook.objects.filter(user=user), url=_opened(url_of)))


def records(user: User) -> Iterator[Part]:
    """Records whose bodies are sealed for the person, or that tell of what they did; bodies of others' stay closed."""
    own = Record.objects.filter(body__person_key__user=user).select_related("body__person_key__user")
    told = own.exclude(withheld_from(user)).order_by("sequence")
    said = [_record(each, _body(each)) for each in told.iterator(_PAGE)]
    yield Part("about_you", said)
    subject = f"user:{user.producer_id}"
    others = Record.objects.filter(subject=subject).exclude(body__person_key__user=user)
    others = others.exclude(withheld_from(user)).order_by("sequence")
    yield Part("of_your_account", [_record(each, None) for each in others.iterator(_PAGE)])


def _record(record: Record, body: Any) -> dict[str, Any]:
    return {"entry": parse(bytes(record.entry)), "leaf_sha256": bytes(record.leaf_hash).hex(), "body": body}


def _body(record: Record) -> Any:
    try:
        body = body_of(record)
    except (Erased, Damaged):
        return None
    if not isinstance(body, Mapping):
        return body
    return {name: value for name, value in body.items() if name not in _ABOUT_OTHERS}


def _opened(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """``read``, with None for what was emptied or erased."""

    def opened(row: Any) -> Any:
        try:
            return read(row)
        except (Erased, Damaged):
            return None

    return opened
