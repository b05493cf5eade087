from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsentConfig(AppConfig):
    """Who may use whose likeness, for what."""

    name = "consent"
    verbose_name = _("Consent")

    def ready(self) -> None:
        """Let the rooms listen to one another and to erasures, make receipts, name what is told, and have grants compared with the log."""
        from accounts.notices.kinds import register
        from accounts.records import deep, requirements
        from accounts.retention import holds, purging
        from accounts.sanctions import open_rooms
        from accounts.users.signals import account_erasing
        from consent import contents, ended, held, kinds, owed, signals
        from consent import holding as kept
        from consent.answers import spoken
        from consent.blocking.services import doorkeeper
        from consent.grants import audit as grants_audit
        from consent.grants import telling as grants
        from consent.receipts import audit as receipts_audit
        from consent.receipts import services as receipts
        from consent.recorded import KINDS
        from consent.requests import erasure as requests
        from consent.requests import holding
        from consent.rules.services import at_the_door
        from consent.statements.signals import statement_accepted
        from consent.uses import audit as uses_audit
        from consent.uses import decisions_audit, depicting
        from consent.uses import telling as uses
        from consent.withdrawal import erasure as withdrawal

        signals.grant_given.connect(depicting.on_grant_given, dispatch_uid="consent.uses.given")
        signals.grant_changed.connect(depicting.on_grant_changed, dispatch_uid="consent.uses.changed")
        for signal in (signals.grant_given, signals.grant_changed):
            signal.connect(receipts.on_change, dispatch_uid="consent.receipts")
        account_erasing.connect(withdrawal.on_erasure, dispatch_uid="consent.withdrawal.erasure")
        account_erasing.connect(requests.on_erasure, dispatch_uid="consent.requests.erasure")
        signals.grant_changed.connect(grants.on_grant_changed, dispatch_uid="consent.grants.telling")
        statement_accepted.connect(spoken.on_statement_accepted, dispatch_uid="consent.answers.spoken")
        signals.preview_asked.connect(uses.on_preview_asked, dispatch_uid="consent.uses.telling")
        holding.register("blocking", doorkeeper)
        holding.register("rules", at_the_door)
        requirements.register("consent", KINDS)
        owed.register_all()
        held.register_all()
        holds.register("consent", kept.subjects_of)
        holds.register_concerned("consent", kept.concerned)
        for prefix, ends in {
            "grant:": ended.of_grants,
            "receipt:": ended.of_receipts,
            "request:": ended.of_requests,
            "answer:": ended.of_requests,
            "statement:": ended.of_statements,
            "use:": ended.of_uses,
        }.items():
            purging.register(prefix, ends)
        contents.register_all()
        register(*kinds.ALL)
        open_rooms.register("likeness", "own_requests", "statements")
        deep.register("consent.grants", grants_audit.mismatches)
        deep.register("consent.receipts", receipts_audit.mismatches)
        deep.register("consent.uses", uses_audit.mismatches)
        deep.register("consent.uses.decisions", decisions_audit.mismatches)
