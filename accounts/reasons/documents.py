"""A statement of reasons as the DSA Transparency Database takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.reasons.schema import GroundKind

if TYPE_CHECKING:
    from accounts.reasons.models import StatementOfReasons


def document_of(statement: StatementOfReasons) -> dict[str, Any]:
    """The payload of a statement: the schema's fields, those without a value left out. Of whom it speaks it does not say."""
    ends = statement.ends_on.isoformat() if statement.ends_on else None
    fields = {
        "decision_visibility": [statement.visibility] if statement.visibility else None,
        "decision_visibility_other": statement.other,
        "decision_provision": statement.provision,
        "decision_account": statement.account,
        "decision_ground": statement.ground,
        "decision_ground_reference_url": statement.reference_url,
        **_ground(statement),
        "content_type": list(statement.content_types),
        "category": statement.category,
        "category_specification": list(statement.keywords),
        "territorial_scope": list(statement.territory),
        "content_date": statement.content_date.isoformat(),
        "application_date": statement.applies_on.isoformat(),
        "end_date_visibility_restriction": ends if statement.visibility else None,
        "end_date_service_restriction": ends if statement.provision else None,
        "end_date_account_restriction": ends if statement.account else None,
        "decision_facts": statement.facts,
        "source_type": statement.source,
        "automated_detection": "Yes" if statement.automated_detection else "No",
        "automated_decision": statement.automated_decision,
        "puid": str(statement.puid),
    }
    return {name: value for name, value in fields.items() if value not in (None, "", [])}


def _ground(statement: StatementOfReasons) -> dict[str, str]:
    if statement.ground == GroundKind.ILLEGAL:
        return {
            "illegal_content_legal_ground": statement.reference,
            "illegal_content_explanation": statement.explanation,
        }
    return {
        "incompatible_content_ground": statement.reference,
        "incompatible_content_explanation": statement.explanation,
        "incompatible_content_illegal": statement.also_illegal,
    }
