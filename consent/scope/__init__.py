"""Whether a use of somebody's likeness is covered by what they granted. Pure.

>>> decide(use, grants, now)   # Allow, with one grant per person, or Deny, with every clause that is missing
"""

from consent.scope.clauses import CLAUSES, Case, Clause
from consent.scope.conditions import CONDITIONS, floor_rule, required_proof
from consent.scope.decision import ENGINE, Allow, Covered, Deny, Uncovered, decide, said
from consent.scope.model import ADULT_AGE, ANY_CHANNEL, GUARDIAN_AGE, Depicted, Grant, LawProfile, Scope, Use
from consent.scope.vocabulary import (
    VERSION,
    Audience,
    Binding,
    Content,
    Element,
    GrantState,
    LabelStrength,
    Medium,
    Money,
    Operation,
    Proof,
    Purpose,
    Withdrawal,
)

__all__ = [
    "ADULT_AGE",
    "ANY_CHANNEL",
    "CLAUSES",
    "CONDITIONS",
    "ENGINE",
    "GUARDIAN_AGE",
    "VERSION",
    "Allow",
    "Audience",
    "Binding",
    "Case",
    "Clause",
    "Content",
    "Covered",
    "Deny",
    "Depicted",
    "Element",
    "Grant",
    "GrantState",
    "LabelStrength",
    "LawProfile",
    "Medium",
    "Money",
    "Operation",
    "Proof",
    "Purpose",
    "Scope",
    "Uncovered",
    "Use",
    "Withdrawal",
    "decide",
    "floor_rule",
    "required_proof",
    "said",
]
