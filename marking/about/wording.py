"""What the public's pages call the events of the log, and under which heading they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marking.about.figures import Counts

GROUPS: Mapping[str, tuple[Promise, tuple[str, ...]]] = {
    "works": (_("Works and files"), ("work", "file")),
    "consents": (
        _("Consents"),
        ("request", "grant", "use", "receipt", "statement", "guardian", "person", "rules"),
    ),
    "complaints": (
        _("Complaints and what became of them"),
        ("case", "measure", "sanction", "appeal", "refutation", "reasons"),
    ),
    "people": (
        _("Accounts, identities and access"),
        (
            "account",
            "identity",
            "access",
            "organisation",
            "mandate",
            "agreement",
            "hold",
            "retention",
            "key",
            "log",
        ),
    ),
}
"""Headings, and the first words of the kinds of events under each. All others stand last, under a heading of their own."""
OTHERS = _("Other events")

KINDS: Mapping[str, Promise] = {
    "work.received": _("files received for marking"),
    "work.released": _("works marked and released"),
    "work.failed": _("attempts that failed"),
    "work.downloaded": _("marked files handed out"),
    "work.deleted": _("works deleted"),
    "work.consent_ended": _("works switched off because a consent ended"),
    "work.unlabelled_copy_made": _("copies made without the visible label"),
    "work.unlabelled_copy_sent": _("copies handed out without the visible label"),
    "file.propagated": _("files of others passed on with their labels"),
    "request.sent": _("requests for consent sent"),
    "grant.active": _("consents given"),
    "grant.withdrawn": _("consents withdrawn"),
    "grant.expired": _("consents that ran out"),
    "case.received": _("complaints and feedback received"),
    "case.answered": _("complaints answered"),
    "case.rejected": _("complaints turned down"),
    "case.overdue": _("complaints not answered in time"),
    "identity.verified": _("real names accepted"),
    "identity.rejected": _("real names not accepted"),
    "account.created": _("accounts made"),
    "account.erased": _("accounts erased"),
    "access.asked": _("requests to open sealed identities"),
    "access.approved_first": _("first approvals of such requests"),
    "access.approved_second": _("second approvals of such requests"),
    "access.approval_refused": _("approvals that did not count"),
    "access.refused": _("requests to open identities refused"),
    "access.cancelled": _("requests to open identities taken back"),
    "access.expired": _("requests to open identities that ran out"),
    "access.failed": _("openings of identities that failed"),
    "access.opened": _("sealed identities opened"),
    "access.viewed": _("looks at opened identities"),
    "access.closed": _("openings of identities ended"),
    "access.told": _("people told that their identity was opened"),
    "access.gag_ended": _("secrecies ended before their day"),
    "access.content_erased": _("old requests to open identities emptied"),
    "access.digest_sent": _("reports about opened identities sent"),
    "account.operator_created": _("operators’ accounts made"),
    "account.role_given": _("roles of the staff given"),
    "account.role_taken": _("roles of the staff taken away"),
    "account.sessions_ended": _("sign-outs everywhere"),
    "account.deletion_requested": _("deletions of accounts asked for"),
    "account.deletion_cancelled": _("deletions of accounts taken back"),
    "account.erasure_postponed": _("erasures of accounts put off"),
    "agreement.published": _("versions of agreements published"),
    "agreement.accepted": _("agreements accepted"),
    "answer.delivered": _("requests for consent delivered"),
    "answer.viewed": _("requests for consent read"),
    "answer.confirmed": _("people who said that they are meant"),
    "answer.misdirected": _("requests that reached somebody else"),
    "answer.granted": _("requests for consent agreed to"),
    "answer.countered": _("narrower offers in answer to requests"),
    "answer.deferred": _("requests for consent put off"),
    "answer.refused": _("requests for consent refused"),
    "answer.expired": _("requests for consent that ran out"),
    "answer.reported": _("requests for consent reported"),
    "answer.blocked": _("askers blocked"),
    "answer.code_wrong": _("wrong codes entered"),
    "answer.refused_not_the_person": _("answers not taken: from somebody else"),
    "answer.refused_question_gone": _("answers not taken: to an old question"),
    "answer.refused_request_changed": _("answers not taken: the request had changed"),
    "answer.refused_signature_invalid": _("answers not taken: the signature did not hold"),
    "api.client_created": _("programs’ clients made"),
    "api.client_revoked": _("programs’ clients revoked"),
    "appeal.filed": _("appeals filed"),
    "appeal.overdue": _("appeals not decided in time"),
    "appeal.overturned": _("appeals granted"),
    "appeal.upheld": _("appeals turned down"),
    "case.access_off": _("complaints upon which works were switched off"),
    "case.access_on": _("complaints upon which works were switched on again"),
    "case.appealed": _("appeals of complainants"),
    "case.closed": _("complaints closed"),
    "case.completed": _("complaints completed by their senders"),
    "case.confirmed": _("decisions on complaints confirmed by a second person"),
    "case.contact_changed": _("contacts of complainants changed"),
    "case.contact_removed": _("contacts of complainants removed"),
    "case.contact_viewed": _("looks at contacts of complainants"),
    "case.content_erased": _("old complaints emptied"),
    "case.declined": _("decisions on complaints declined by a second person"),
    "case.flagged": _("complaints flagged"),
    "case.identity_compared": _("names compared for a complaint"),
    "case.order_released": _("orders of authorities carried out"),
    "case.paused": _("complaints that wait for their senders"),
    "case.proposed": _("decisions on complaints proposed"),
    "case.proposal_withdrawn": _("proposed decisions on complaints taken back"),
    "case.put_back": _("complaints put back"),
    "case.reopened": _("complaints opened again"),
    "case.reporter_proven": _("complainants who proved who they are"),
    "case.resumed": _("complaints taken up after a wait"),
    "case.taken": _("complaints taken up"),
    "case.valid": _("complaints found complete"),
    "case.warned": _("complaints soon due"),
    "contact.opted_out": _("addresses that want no requests"),
    "contact.opted_in": _("addresses that take requests again"),
    "export.asked": _("copies of people’s data asked for"),
    "export.made": _("copies of people’s data made"),
    "export.downloaded": _("copies of people’s data fetched"),
    "export.failed": _("copies of people’s data that failed"),
    "export.removed": _("copies of people’s data removed"),
    "grant.pending_cooling": _("consents that wait before they count"),
    "grant.exhausted": _("consents used up"),
    "grant.invalidated": _("consents found invalid"),
    "grant.revoked": _("consents revoked by the staff"),
    "grant.superseded": _("consents replaced by newer ones"),
    "grant.suspended": _("consents suspended"),
    "guardian.claimed": _("guardianships claimed"),
    "guardian.confirmed": _("guardianships confirmed"),
    "guardian.turned_down": _("guardianships turned down"),
    "guardian.handed_over": _("consents handed over to those who came of age"),
    "hold.proposed": _("legal holds proposed"),
    "hold.proposal_withdrawn": _("proposed legal holds taken back"),
    "hold.declined": _("proposed legal holds declined"),
    "hold.confirmed": _("legal holds confirmed"),
    "hold.lift_asked": _("ends of legal holds asked for"),
    "hold.lifted": _("legal holds lifted"),
    "hold.kept": _("ends of legal holds turned down"),
    "identity.submitted": _("real names submitted"),
    "identity.checked": _("real names checked by a provider"),
    "identity.compared": _("names compared"),
    "identity.matched": _("people compared by name"),
    "identity.ended": _("real names ended"),
    "identity.replaced": _("real names replaced"),
    "identity.viewed": _("real names read by a reviewer"),
    "identity.withdrawn": _("real names taken back"),
    "mandate.given": _("mandates given"),
    "mandate.revoked": _("mandates revoked"),
    "organisation.submitted": _("organisations submitted"),
    "organisation.verified": _("organisations accepted"),
    "organisation.rejected": _("organisations not accepted"),
    "organisation.ended": _("organisations ended"),
    "organisation.acted": _("acts for organisations"),
    "reasons.stated": _("statements of reasons"),
    "receipt.issued": _("receipts of consents issued"),
    "refutation.proposed": _("refutations proposed"),
    "refutation.published": _("refutations published"),
    "refutation.declined": _("refutations declined"),
    "refutation.proposal_withdrawn": _("proposed refutations taken back"),
    "refutation.copy_confirmed": _("copies of refuted works confirmed"),
    "refutation.copy_dismissed": _("copies of refuted works dismissed"),
    "request.draft": _("requests for consent drafted"),
    "request.cancelled": _("requests for consent recalled"),
    "request.reminded": _("reminders of requests for consent"),
    "request.superseded": _("requests for consent changed"),
    "retention.emptied": _("what rows held of people erased after its time"),
    "retention.shredded": _("old records shredded"),
    "key.added": _("keys of the site added"),
    "key.removed": _("keys of the site removed"),
    "key.reordered": _("keys of the site put in another order"),
    "key.rotated": _("times that all was brought under a newer key"),
    "log.frozen": _("shards of the log frozen"),
    "log.opened": _("shards of the log opened"),
    "rules.set": _("standing rules set"),
    "rules.unblocked": _("askers let ask again"),
    "sanction.proposed": _("sanctions proposed"),
    "sanction.imposed": _("sanctions imposed"),
    "sanction.declined": _("sanctions declined"),
    "sanction.proposal_withdrawn": _("proposed sanctions taken back"),
    "sanction.lifted": _("sanctions lifted"),
    "sanction.ended": _("sanctions that ran out"),
    "statement.asked": _("spoken statements asked for"),
    "statement.recorded": _("spoken statements recorded"),
    "statement.heard": _("listenings to spoken statements"),
    "statement.accepted": _("spoken statements accepted"),
    "statement.rejected": _("spoken statements not accepted"),
    "statement.lapsed": _("spoken statements that lapsed"),
    "statement.recording_removed": _("recordings of statements removed"),
    "use.proposed": _("uses of a likeness proposed"),
    "use.checked": _("uses of a likeness covered by consents"),
    "use.awaiting_preview": _("uses that wait for an approval"),
    "use.approved": _("uses approved"),
    "use.approved_by_person": _("approvals by the person shown"),
    "use.declined_by_person": _("refusals by the person shown"),
    "use.live": _("uses published"),
    "use.cut_off": _("uses cut off"),
    "use.removed": _("uses removed"),
    "use.person_named": _("people named in works"),
    "use.person_left_out": _("people said not to be in works"),
    "use.handed_over": _("uses handed over"),
    "webhook.added": _("webhooks added"),
    "webhook.secret_changed": _("secrets of webhooks changed"),
    "webhook.disabled": _("webhooks switched off"),
    "webhook.enabled": _("webhooks switched on"),
    "webhook.removed": _("webhooks removed"),
    "work.record_completed": _("records of works completed"),
    "work.faces_found": _("searches for faces"),
    "work.faces_answered": _("answers about whose faces are shown"),
    "work.faces_same": _("faces said to be one person’s"),
    "work.declaration_changed": _("declarations of works changed"),
    "work.consent_missing": _("works held back for want of a consent"),
    "work.resemblance_cleared": _("works found not to resemble what was taken down"),
    "work.blocked": _("works switched off by a decision"),
    "work.unblocked": _("works switched on again"),
    "work.restored": _("works restored with a consent"),
    "work.files_removed": _("files of works removed"),
    "work.traced": _("traces from files to works"),
    "work.unlabelled_copy_requested": _("copies without the visible label asked for"),
    "work.unlabelled_copy_failed": _("copies without the visible label that failed"),
    "work.unlabelled_copy_removed": _("copies without the visible label removed"),
}
"""Every kind that is registered. What an older version wrote is shown by its name in the log."""


@dataclass(frozen=True)
class Row:
    """One kind of event: its name in the log, in words where there are any, and its counts by month."""

    kind: str
    words: Promise | str
    months: list[int]

    @property
    def total(self) -> int:
        """Over the year."""
        return sum(self.months)


@dataclass(frozen=True)
class Group:
    """Rows under one heading."""

    title: Promise
    rows: list[Row]


def grouped(counts: Counts) -> Iterator[Group]:
    """The rows under their headings; headings without rows are left out."""
    left = dict(counts)
    for title, beginnings in GROUPS.values():
        rows = [_row(kind, left.pop(kind)) for kind in counts if kind.partition(".")[0] in beginnings]
        if rows:
            yield Group(title, rows)
    if left:
        yield Group(OTHERS, [_row(kind, months) for kind, months in left.items()])


def _row(kind: str, months: list[int]) -> Row:
    return Row(kind, KINDS.get(kind, ""), months)
