from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from accounts.notices.kinds import register as register_kinds
from accounts.users.signals import account_erasing
from consent.likeness.downloads import register as register_counter


class MarkingConfig(AppConfig):
    """What is marked, how, and can anyone tell."""

    name = "marking"
    verbose_name = _("Marking")

    def ready(self) -> None:
        """Keep the registry's triggers: a migration that rebuilds a table on SQLite drops them. Listen to erasures,
        uses and reports, count downloads, and show to whom is asked what they are asked for."""
        from accounts.reasons import redress
        from accounts.records import deep, requirements
        from accounts.retention import holds, purging
        from accounts.sanctions import open_rooms
        from consent.answers import pictures
        from consent.answers.signals import request_reported
        from marking import contents, held, holding, owed
        from marking.consenting import showing, telling
        from marking.desk import stakes
        from marking.desk.appeals import appealable
        from marking.desk.appeals.against_cases import CASE
        from marking.desk.appeals.against_labels import LABEL, label_of_statement, refutation_of_statement
        from marking.desk.appeals.against_measures import MEASURE, measure_of_statement
        from marking.desk.appeals.against_refutations import REFUTATION
        from marking.desk.appeals.against_sanctions import SANCTION
        from marking.desk.appeals.kinds import DECIDED as APPEAL_DECIDED
        from marking.desk.appeals.queries import address_of
        from marking.desk.appeals.queries import subjects_of as appeals_of
        from marking.desk.appeals.sweeping import on_erasure as on_appellant_erasure
        from marking.desk.ended import of_appeals, of_cases, of_reasons
        from marking.desk.filing.erasure import on_erasure as on_complainant_erasure
        from marking.desk.filing.reported_requests import on_report
        from marking.desk.measures import audit as measures_audit
        from marking.desk.measures import expiry
        from marking.desk.measures.telling import LIFTED
        from marking.desk.refutations.kinds import ALL as REFUTATION_KINDS
        from marking.desk.refutations.queries import note_on
        from marking.desk.tracing import subjects
        from marking.recorded import KINDS
        from marking.works import audit, refuting, waiting
        from marking.works.erasure import on_erasure
        from marking.works.queries import downloads_of, subjects_of

        requirements.register("marking", KINDS)
        deep.register("marking.works", audit.mismatches)
        held.register_all()
        for prefix, ends in {"case:": of_cases, "appeal:": of_appeals, "reasons:": of_reasons}.items():
            purging.register(prefix, ends)
        holds.register("marking.works", subjects_of)
        holds.register("marking.appeals", appeals_of)
        holding.register()
        contents.register_all()
        account_erasing.connect(on_erasure, dispatch_uid="marking.works.erasure")
        register_counter(downloads_of)
        subjects.register()
        stakes.register()
        register_kinds(telling.CONSENT_ENDED, waiting.WAITS_LONG, LIFTED, APPEAL_DECIDED, *REFUTATION_KINDS)
        deep.register("measures", measures_audit.mismatches)
        open_rooms.register("previews", "own_appeals", "complaints")
        for each in (SANCTION, CASE, REFUTATION, LABEL, MEASURE):
            appealable.register(each)
        redress.register_decisions(MEASURE.kind, measure_of_statement)
        redress.register_decisions(REFUTATION.kind, refutation_of_statement)
        redress.register_decisions(LABEL.kind, label_of_statement)
        redress.register_appeals(address_of)
        refuting.register(note_on)
        expiry.register()
        account_erasing.connect(on_appellant_erasure, dispatch_uid="marking.desk.appeals.erasure")
        account_erasing.connect(on_complainant_erasure, dispatch_uid="marking.desk.filing.erasure")
        _listen_to_uses()
        request_reported.connect(on_report, dispatch_uid="marking.desk.filing.reported_requests")
        pictures.register(showing.is_shown, showing.picture_of)
        post_migrate.connect(_install_triggers, sender=self)
        owed.register_all()


def _listen_to_uses() -> None:
    from consent import signals
    from marking.consenting import receivers
    from marking.consenting.services import on_work_deleted
    from marking.works.signals import work_deleted

    work_deleted.connect(on_work_deleted, dispatch_uid="marking.consenting.deleted")
    signals.uses_held.connect(receivers.on_held, dispatch_uid="marking.consenting.held")
    signals.use_covered.connect(receivers.on_covered, dispatch_uid="marking.consenting.covered")
    signals.preview_asked.connect(receivers.on_preview_asked, dispatch_uid="marking.consenting.preview_asked")
    signals.use_cut_off.connect(receivers.on_cut_off, dispatch_uid="marking.consenting.cut_off")
    signals.use_restored.connect(receivers.on_restored, dispatch_uid="marking.consenting.restored")


def _install_triggers(*, using: str, **kwargs: Any) -> None:
    from marking.registry import triggers

    if triggers.are_due(connections[using]):
        triggers.install(connections[using])
