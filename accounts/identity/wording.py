"""What pages say about identities. No level below a third party's check is ever called more than it is."""

from __future__ import annotations

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.identity.documents import DocumentInvalid, DocumentType
from accounts.identity.levels import Level
from accounts.identity.states import ClaimState

_LEVELS: dict[Level, Promise] = {
    Level.NONE: _("No accepted real name, not verified by a third party"),
    Level.SELF_ASSERTED: _("Stated by the person, only its form was checked, not verified by a third party"),
    Level.OPERATOR_CHECKED: _("Checked by the operator's staff, not verified by a third party"),
    Level.THIRD_PARTY_MATCH: _("Name and document matched by a third party"),
    Level.DOCUMENT_AND_PRESENCE: _("Document and presence checked by a third party"),
}

_DOCUMENTS: dict[DocumentType, Promise] = {
    DocumentType.RESIDENT_ID: _("Resident identity card (mainland China)"),
    DocumentType.RESIDENCE_PERMIT: _("Residence permit for Hong Kong, Macao and Taiwan residents"),
    DocumentType.PERMANENT_RESIDENT_CARD: _("Foreign permanent resident card (China)"),
    DocumentType.TRAVEL_PERMIT: _("Mainland travel permit (Hong Kong, Macao, Taiwan)"),
    DocumentType.PASSPORT: _("Passport"),
    DocumentType.ORGANISATION: _("Organisation: unified social credit code"),
    DocumentType.PROVIDER_ACCOUNT: _("Account at an identity provider"),
}

_STATES: dict[ClaimState, Promise] = {
    ClaimState.PENDING: _("Waiting for a decision"),
    ClaimState.VERIFIED: _("Accepted"),
    ClaimState.REJECTED: _("Not accepted"),
    ClaimState.ENDED: _("Ended"),
}


def describe(level: Level | int) -> Promise:
    """One clause on who checked an identity."""
    return _LEVELS[Level(level)]


def statement(level: Level | int) -> str:
    """The same in English, whatever language is asked for: what records, exports and machines are told."""
    with translation.override("en"):
        return str(describe(level))


def describe_document(document_type: str) -> Promise:
    """The kind of document in words."""
    return _DOCUMENTS[DocumentType(document_type)]


def describe_state(state: str) -> Promise:
    """The state of a claim in words."""
    return _STATES[ClaimState(state)]


def complain(error: DocumentInvalid) -> str:
    """Why a name or number was refused, in the language of the page."""
    return gettext(error.template) % error.found
