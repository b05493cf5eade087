"""Which clauses forbid taking a mark away, by jurisdiction. Not legal advice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from marking.policy.jurisdictions import Jurisdiction


def gettext_noop(sentence: str) -> str:
    """Mark a text for the message catalogue, which finds it by this function's name."""
    return sentence


class Clause(StrEnum):
    """A clause under which marks of synthetic media may not be deleted, altered or concealed."""

    LABELLING_MEASURES = gettext_noop("Labelling Measures Art. 10")
    DEEP_SYNTHESIS = gettext_noop("Deep Synthesis Provisions Art. 18")
    IT_RULES = gettext_noop("IT Rules 2021 as amended by G.S.R. 120(E), 2026")
    CODE_OF_PRACTICE = gettext_noop("Code of Practice (2026), measure 1.2")


FORBIDDING: Mapping[Jurisdiction, tuple[Clause, ...]] = {
    Jurisdiction.CHINA: (Clause.LABELLING_MEASURES, Clause.DEEP_SYNTHESIS),
    Jurisdiction.EUROPEAN_UNION: (Clause.CODE_OF_PRACTICE,),
    Jurisdiction.INDIA: (Clause.IT_RULES,),
    Jurisdiction.CALIFORNIA: (),
}
"""The table. The Code is voluntary, and binds who signed it; California's law speaks of a provider's licensees only."""


def forbidding(jurisdictions: Iterable[Jurisdiction]) -> tuple[Clause, ...]:
    """Return the clauses of ``jurisdictions`` that forbid taking a mark away, each once, in the order of the enum."""
    named = {clause for each in jurisdictions for clause in FORBIDDING[each]}
    return tuple(clause for clause in Clause if clause in named)
