from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _

from accounts.users.signals import account_erased, account_erasing, deletion_promised


class AccountsConfig(AppConfig):
    """Who acts, and what was recorded."""

    name = "accounts"
    verbose_name = _("Accounts and records")

    def ready(self) -> None:
        """Listen to sign-ups and erasures; let webhooks hear of notices."""
        from allauth.account.signals import user_signed_up

        from accounts.elevation import audit
        from accounts.elevation import erasure as elevation_erasure
        from accounts.elevation.kinds import ALL as ELEVATION_KINDS
        from accounts.elevation.queries import untold_records
        from accounts.guardians.contents import NAMES
        from accounts.guardians.stakes import of_account
        from accounts.leaving import kinds as leaving_kinds
        from accounts.leaving import telling
        from accounts.notices import erasure, kinds
        from accounts.notices.preferences import on_sign_up
        from accounts.notices.retained import NOTICES
        from accounts.notices.signals import notice_written
        from accounts.notices.webhooks import erasure as webhook_erasure
        from accounts.notices.webhooks.kinds import DISABLED
        from accounts.notices.webhooks.messages import on_notice
        from accounts.organisations.stakes import of_organisation
        from accounts.own_data import decided, held, withheld
        from accounts.own_data import erasure as copies
        from accounts.own_data.kinds import READY
        from accounts.proposals import stakes
        from accounts.reasons import redress
        from accounts.reasons.kinds import STATED
        from accounts.recorded import KINDS
        from accounts.records import deep, requirements
        from accounts.retention import audit as retention_audit
        from accounts.retention import contents, contents_audit, purging
        from accounts.sanctions.contents import REASONS
        from accounts.sanctions.ended import of_sanctions
        from accounts.sanctions.kinds import ALL as SANCTIONS
        from accounts.sanctions.queries import sanction_of_statement, unconfirmed_records
        from accounts.sanctions.stakes import of_sanction

        requirements.register("accounts", KINDS)
        deep.register("accounts.retention", retention_audit.mismatches)
        deep.register("accounts.retention.holds", retention_audit.changed_holds)
        deep.register("accounts.retention.contents", contents_audit.mismatches)
        kinds.register(DISABLED)
        kinds.register(*ELEVATION_KINDS)
        deep.register("accounts.elevation", audit.mismatches)
        kinds.register(STATED)
        kinds.register(*SANCTIONS)
        purging.register("sanction:", of_sanctions)
        stakes.register("user", of_account)
        stakes.register("sanction", of_sanction)
        stakes.register("organisation", of_organisation)
        contents.register(REASONS, NAMES, NOTICES)
        redress.register_decisions("sanction", sanction_of_statement)
        user_signed_up.connect(on_sign_up, dispatch_uid="accounts.notices.preferences")
        notice_written.connect(on_notice, dispatch_uid="accounts.notices.webhooks")
        kinds.register(*leaving_kinds.ALL, READY)
        held.register_all()
        decided.register_all()
        withheld.register("elevation", untold_records)
        withheld.register("sanctions", unconfirmed_records)
        account_erasing.connect(copies.on_erasure, dispatch_uid="accounts.own_data.erasure")
        deletion_promised.connect(telling.on_promised, dispatch_uid="accounts.leaving")
        account_erased.connect(erasure.on_erased, dispatch_uid="accounts.notices.erasure")
        account_erasing.connect(webhook_erasure.on_erasure, dispatch_uid="accounts.notices.webhooks.erasure")
        account_erasing.connect(elevation_erasure.on_erasure, dispatch_uid="accounts.elevation.erasure")
        _follow_identities()
        _owe_records(self)


def _follow_identities() -> None:
    """Check real names with the log, tell their holders what becomes of them, and end what erased people answered for."""
    from accounts.identity import checking
    from accounts.identity.signals import identity_claimed_again, identity_ended, identity_ending
    from accounts.notices import about_identity, kinds
    from accounts.organisations.kinds import DECIDED, MANDATE_CHANGED
    from accounts.organisations.services import on_erasure
    from accounts.records import deep

    deep.register("identity", checking.mismatches)
    kinds.register(about_identity.CLAIMED_AGAIN, about_identity.ENDING, about_identity.ENDED)
    kinds.register(DECIDED, MANDATE_CHANGED)
    uid = "accounts.notices.identity"
    identity_claimed_again.connect(about_identity.on_claimed_again, dispatch_uid=f"{uid}.claimed_again")
    identity_ending.connect(about_identity.on_ending, dispatch_uid=f"{uid}.ending")
    identity_ended.connect(about_identity.on_ended, dispatch_uid=f"{uid}.ended")
    account_erasing.connect(on_erasure, dispatch_uid="accounts.organisations.erasure")


def _owe_records(config: AppConfig) -> None:
    """Let nothing that this room decides change its state unrecorded, nor any other table that asks for it."""
    from accounts import owed

    owed.register_all()
    pre_migrate.connect(_lift_triggers, sender=config)
    post_migrate.connect(_install_triggers, sender=config)


def _lift_triggers(*, using: str, plan: list[Any], **kwargs: Any) -> None:
    from accounts.records import owing

    if plan:
        owing.remove(connections[using])


def _install_triggers(*, using: str, **kwargs: Any) -> None:
    from accounts.records import owing

    if owing.are_due(connections[using]):
        owing.install(connections[using])
