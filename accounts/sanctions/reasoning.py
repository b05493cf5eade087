"""The statement of reasons of a sanction (DSA Art. 17): what its holder reads, sealed for them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.reasons.checking import names_somebody
from accounts.reasons.schema import Account, Category, Decision, GroundKind, Provision, Source
from accounts.reasons.schema import Ground as StatedGround
from accounts.reasons.services import state
from accounts.refusals import Refusal
from accounts.sanctions.states import Step
from accounts.vault.sealing import Damaged, Erased, seal, unseal

if TYPE_CHECKING:
    from accounts.sanctions.models import Sanction
    from accounts.users.models import User

LONGEST_CLAUSE, LONGEST_EXPLANATION, LONGEST_FACTS = 500, 2000, 5000
"""Characters, as the EU's DSA Transparency Database takes them."""
FEWEST = 10
"""Characters of an explanation and of facts, so that neither is a word without content."""


class Ground(StrEnum):
    """On what a decision rests (DSA Art. 17(3)(d) and (e)): against the law, or against the terms."""

    ILLEGAL = "illegal"
    INCOMPATIBLE = "incompatible"


_GROUNDS = {Ground.ILLEGAL: GroundKind.ILLEGAL, Ground.INCOMPATIBLE: GroundKind.INCOMPATIBLE}
_DECISIONS = {
    Step.LIMIT: Decision(provision=Provision.PARTIAL_SUSPENSION),
    Step.SUSPEND: Decision(account=Account.SUSPENDED),
    Step.CLOSE: Decision(account=Account.TERMINATED),
}
"""As the DSA Transparency Database says it. It has no word for a warning, which restricts nothing (DSA Art. 17(1))."""


@dataclass(frozen=True)
class Reasons:
    """Why an account is sanctioned.

    ``clause``: of the law or of the agreement, 1 to 500 characters. ``explanation``: why it applies, 10 to 2000. ``facts``: what was
    relied on, 10 to 5000. None of them names a complainant (DSA Art. 17(3)(b)). ``category``: what was wrong, roughly.
    """

    ground: Ground
    clause: str
    explanation: str
    facts: str
    category: Category = Category.TERMS


def checked(reasons: Reasons) -> Reasons:
    """The reasons, trimmed. Refused with ``reasons_length``, and with ``reasons_personal`` where they hold an address or a number of somebody."""
    trimmed = replace(
        reasons,
        clause=reasons.clause.strip(),
        explanation=reasons.explanation.strip(),
        facts=reasons.facts.strip(),
    )
    for text, fewest, most in (
        (trimmed.clause, 1, LONGEST_CLAUSE),
        (trimmed.explanation, FEWEST, LONGEST_EXPLANATION),
        (trimmed.facts, FEWEST, LONGEST_FACTS),
    ):
        if not fewest <= len(text) <= most:
            sentence = _("A reason has %(fewest)d to %(most)d characters here; found %(found)d.")
            lengths = {"fewest": fewest, "most": most, "found": len(text)}
            raise Refusal("reasons_length", sentence % lengths, status=422)
        if names_somebody(text):
            sentence = _("Reasons hold no e-mail address, telephone number or number of a document.")
            raise Refusal("reasons_personal", sentence, status=422)
    return trimmed


def write_down(sanction: Sanction, reasons: Reasons) -> None:
    """Seal the reasons into a sanction that is not saved yet. Refused with ``account_erased``."""
    text = json.dumps(asdict(reasons), ensure_ascii=False)
    try:
        sanction.reasons = seal(sanction.user, text, context=sanction.reasons_context)
    except Erased as error:
        raise _erased() from error


def state_reasons(sanction: Sanction, *, by: User, now: datetime) -> str:
    """Issue the statement of reasons of a sanction that comes into force at ``now``, in its transaction; return its number for ``sanction.statement``.

    Of a warning none is issued, which is ""; what its holder reads is kept with it all the same. Refused with ``account_erased``.
    """
    decision, reasons = _DECISIONS.get(Step(sanction.step)), reasons_of(sanction)
    if decision is None:
        return ""
    if reasons is None:
        raise _erased()
    ends_on = timezone.localdate(now + timedelta(days=sanction.days)) if sanction.days else None
    stated = state(
        person=sanction.user,
        subject=f"user:{sanction.user.producer_id}",
        decision=replace(decision, ends_on=ends_on),
        ground=StatedGround(_GROUNDS[reasons.ground], reasons.clause, reasons.explanation),
        facts=reasons.facts,
        category=reasons.category,
        source=Source.NOTICE if sanction.about.startswith("case:") else Source.VOLUNTARY,
        by=by,
        is_told_apart=True,
        now=now,
    )
    return str(stated.puid)


def _erased() -> Refusal:
    return Refusal("account_erased", _("This account is erased: nothing can be done to it."))


def reasons_of(sanction: Sanction) -> Reasons | None:
    """What its holder reads; None once the account is erased."""
    try:
        said = json.loads(unseal(sanction.user, sanction.reasons, context=sanction.reasons_context))
    except (Damaged, Erased):
        return None
    said |= {"ground": Ground(said["ground"]), "category": Category(said["category"])}
    return Reasons(**said)
