"""The sixteen clauses of a scope, in the active language, and how surely a person has to grant it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consent.scope import (
    CLAUSES,
    Case,
    Depicted,
    Grant,
    GrantState,
    LawProfile,
    Proof,
    Scope,
    Use,
    required_proof,
    said,
)
from consent.wording import CLAUSES as NAMES
from consent.wording import clause_in_words

PROOFS: dict[Proof, Promise | str] = {
    Proof.IDENTITY: _("The person grants this with their checked real name."),
    Proof.SIGNED: _("The person grants this with their checked real name and signs it with their passkey."),
    Proof.SPOKEN: _(
        "The person grants this with their checked real name, signs it with their passkey, and speaks a statement that staff checks."
    ),
}
"""What the person has to do, said before they are asked."""

_ADULT = 18
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    """One clause: its code, its name, what was asked, what is offered instead ("" where there is no offer)."""

    code: str
    name: str
    asked: str
    offered: str = ""

    @property
    def differs(self) -> bool:
        """Whether the person offers something else than they were asked."""
        return bool(self.offered) and self.offered != self.asked


def rows_of(asked: Scope, offered: Scope | None = None) -> list[Row]:
    """Return every clause of ``asked`` in words, beside ``offered``."""
    return [
        Row(name, str(NAMES[name]), words, other)
        for (name, words), (_name, other) in zip(_words(asked), _words(offered), strict=True)
    ]


def proof_for(scope: Scope, years: int = _ADULT) -> Proof:
    """Return how surely a person of ``years`` has to grant all that ``scope`` says; :func:`consent.scope.required_proof` decides."""
    return required_proof(_case(scope, years))


def _words(scope: Scope | None) -> list[tuple[str, str]]:
    if scope is None:
        return [(clause.name, "") for clause in CLAUSES]
    case = _case(scope, _ADULT)
    return [(clause.name, clause_in_words(clause.name, said(clause.granted(case)))) for clause in CLAUSES]


def _case(scope: Scope, years: int) -> Case:
    """A use of all that ``scope`` says, beside a grant of it."""
    depicted = Depicted("", scope.elements, scope.operations, years)
    use = Use((depicted,), scope.purposes, scope.media, scope.audience, money=scope.money)
    grant = Grant("", 1, "", GrantState.ACTIVE, Proof.CLAIMED, scope)
    return Case(use, depicted, grant, _BEGINNING, LawProfile())
