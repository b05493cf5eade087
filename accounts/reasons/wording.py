"""Statements of reasons in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.reasons.schema import (
    Account,
    Automation,
    Category,
    GroundKind,
    Keyword,
    Provision,
    Source,
    Visibility,
)

if TYPE_CHECKING:
    from accounts.reasons.models import StatementOfReasons

VISIBILITIES: dict[Visibility, Promise] = {
    Visibility.REMOVED: _("The content was removed"),
    Visibility.DISABLED: _("Access to the content is off"),
    Visibility.DEMOTED: _("The content is shown less"),
    Visibility.AGE_RESTRICTED: _("The content is restricted by age"),
    Visibility.INTERACTION_RESTRICTED: _("What can be done with the content is restricted"),
    Visibility.LABELLED: _("The content is labelled"),
    Visibility.OTHER: _("Another restriction"),
}
PROVISIONS: dict[Provision, Promise] = {
    Provision.PARTIAL_SUSPENSION: _("Parts of the service are suspended"),
    Provision.TOTAL_SUSPENSION: _("The service is suspended"),
    Provision.PARTIAL_TERMINATION: _("Parts of the service ended"),
    Provision.TOTAL_TERMINATION: _("The service ended"),
}
ACCOUNTS: dict[Account, Promise] = {
    Account.SUSPENDED: _("The account is suspended"),
    Account.TERMINATED: _("The account is closed"),
}
GROUNDS: dict[GroundKind, Promise] = {
    GroundKind.ILLEGAL: _("It is against the law"),
    GroundKind.INCOMPATIBLE: _("It is against the user agreement"),
}
CATEGORIES: dict[Category, Promise] = {
    Category.ANIMAL_WELFARE: _("Animal welfare"),
    Category.CONSUMER_INFORMATION: _("Consumer information"),
    Category.CYBER_VIOLENCE: _("Violence online"),
    Category.CYBER_VIOLENCE_AGAINST_WOMEN: _("Violence online against women"),
    Category.DATA_PROTECTION: _("Data protection and privacy"),
    Category.SPEECH: _("Illegal or harmful speech"),
    Category.INTELLECTUAL_PROPERTY: _("Intellectual property"),
    Category.CIVIC_DISCOURSE: _("Public debate and elections"),
    Category.NOT_SPECIFIED: _("Not specified by whoever complained"),
    Category.TERMS: _("Another breach of the user agreement"),
    Category.MINORS: _("Protection of children"),
    Category.PUBLIC_SECURITY: _("Public security"),
    Category.FRAUD: _("Fraud"),
    Category.SELF_HARM: _("Self-harm"),
    Category.PRODUCTS: _("Unsafe or forbidden products"),
    Category.VIOLENCE: _("Violence"),
}
KEYWORDS: dict[Keyword, Promise] = {
    Keyword.BIOMETRIC_DATA_BREACH: _("Misuse of biometric data"),
    Keyword.CHILD_ABUSE_MATERIAL: _("Sexual abuse of children"),
    Keyword.CHILD_ABUSE_DEEPFAKE: _("Synthetic media of the sexual abuse of children"),
    Keyword.COPYRIGHT: _("Copyright"),
    Keyword.CYBER_BULLYING: _("Bullying and intimidation"),
    Keyword.CYBER_HARASSMENT: _("Harassment"),
    Keyword.DATA_FALSIFICATION: _("Falsified data"),
    Keyword.DEFAMATION: _("Defamation"),
    Keyword.DISINFORMATION: _("False information"),
    Keyword.HATE_SPEECH: _("Hate speech"),
    Keyword.IMPERSONATION: _("Impersonation"),
    Keyword.INAUTHENTIC_ACCOUNTS: _("Accounts of nobody real"),
    Keyword.MISSING_PROCESSING_GROUND: _("No right to use the data"),
    Keyword.NON_CONSENSUAL_IMAGE_SHARING: _("Intimate material without consent"),
    Keyword.NON_CONSENSUAL_DEEPFAKE: _("Synthetic media of somebody who did not consent"),
    Keyword.RIGHT_TO_BE_FORGOTTEN: _("Right to be forgotten"),
    Keyword.OTHER: _("Something else"),
}
SOURCES: dict[Source, Promise] = {
    Source.NOTICE: _("A complaint"),
    Source.TRUSTED_FLAGGER: _("A complaint by a trusted flagger"),
    Source.OTHER_NOTIFICATION: _("Another notification, such as of an authority"),
    Source.VOLUNTARY: _("The operator's own examination"),
}
AUTOMATION: dict[Automation, Promise] = {
    Automation.FULLY: _("By a machine alone. You can ask for a human to look at it."),
    Automation.PARTIALLY: _("By a human, with the help of a machine"),
    Automation.NOT: _("By a human"),
}


def decisions_of(statement: StatementOfReasons) -> list[str]:
    """What was decided, in sentences."""
    said = [
        VISIBILITIES[Visibility(statement.visibility)] if statement.visibility else "",
        PROVISIONS[Provision(statement.provision)] if statement.provision else "",
        ACCOUNTS[Account(statement.account)] if statement.account else "",
        statement.other,
    ]
    return [str(each) for each in said if each]


def describe(statement: StatementOfReasons) -> list[tuple[str, str]]:
    """What else is stated, in pairs of words, for the one whom it is about."""
    ends = date_format(statement.ends_on) if statement.ends_on else gettext("Until it is lifted")
    detected = gettext("Yes") if statement.automated_detection else gettext("No")
    keywords = [str(KEYWORDS[Keyword(each)]) for each in statement.keywords]
    return [
        (gettext("It is about"), statement.subject.partition(":")[2]),
        (gettext("From"), date_format(statement.applies_on)),
        (gettext("Until"), ends),
        (gettext("Ground"), str(GROUNDS[GroundKind(statement.ground)])),
        (gettext("Clause"), statement.reference),
        (gettext("Category"), gettext(", ").join([str(CATEGORIES[Category(statement.category)]), *keywords])),
        (gettext("What led to it"), str(SOURCES[Source(statement.source)])),
        (gettext("Found by a machine"), detected),
        (gettext("Decided"), str(AUTOMATION[Automation(statement.automated_decision)])),
    ]
