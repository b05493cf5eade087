"""On what a decision in a case of each kind rests: what the desk is offered, and what the site itself states where no human decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.reasons.schema import Category, GroundKind, Keyword
from marking.desk.cases.kinds import Kind


@dataclass(frozen=True)
class Basis:
    """A ground and what it is filed under. ``reference``: the clause; ``explanation``: why the content is against it."""

    reference: Promise
    explanation: Promise
    category: Category
    keywords: tuple[Keyword, ...] = ()
    ground: GroundKind = GroundKind.ILLEGAL


_NO_CONSENT = Basis(
    _("Civil Code of China Art. 1019; Deep Synthesis Provisions Art. 14"),
    _("A recognisable person may be shown only with their consent. There is none in force for this work."),
    Category.CYBER_VIOLENCE,
    (Keyword.NON_CONSENSUAL_DEEPFAKE,),
)
_AGREEMENT = Basis(
    _("User agreement, what may not be done here"),
    _("The user agreement does not allow it."),
    Category.TERMS,
    ground=GroundKind.INCOMPATIBLE,
)
BASES: Mapping[Kind, Basis] = {
    Kind.NO_CONSENT: _NO_CONSENT,
    Kind.CONSENT_WITHDRAWN: Basis(
        _("Personal Information Protection Law of China Art. 15 and 47; Civil Code of China Art. 1019"),
        _("Consent may be withdrawn at any time. There is none in force for this work."),
        Category.DATA_PROTECTION,
        (Keyword.MISSING_PROCESSING_GROUND, Keyword.NON_CONSENSUAL_DEEPFAKE),
    ),
    Kind.INTIMATE_IMAGE: Basis(
        _("TAKE IT DOWN Act, section 3; Civil Code of China Art. 1019 and 1032"),
        _("An intimate picture of somebody, real or synthetic, may not be published without their consent."),
        Category.CYBER_VIOLENCE,
        (Keyword.NON_CONSENSUAL_IMAGE_SHARING, Keyword.NON_CONSENSUAL_DEEPFAKE),
    ),
    Kind.MINOR: Basis(
        _("Law of China on the Protection of Minors"),
        _("It endangers a child or shows one in a way that the law forbids."),
        Category.MINORS,
    ),
    Kind.IMPERSONATION: Basis(
        _("Deep Synthesis Provisions Art. 6"),
        _("It is used to pretend to be somebody else."),
        Category.FRAUD,
        (Keyword.IMPERSONATION,),
    ),
    Kind.FALSE_INFORMATION: Basis(
        _("Deep Synthesis Provisions Art. 6 and 11"),
        _("It spreads false information that was made to look real."),
        Category.CIVIC_DISCOURSE,
        (Keyword.DISINFORMATION,),
    ),
    Kind.LABEL: Basis(
        _("Labelling Measures Art. 10"),
        _("A label of synthetic content may not be removed, altered, forged or hidden."),
        Category.TERMS,
        ground=GroundKind.INCOMPATIBLE,
    ),
    Kind.PRIVACY: Basis(
        _("Civil Code of China Art. 1032 and 1034"),
        _("It discloses what is private to somebody."),
        Category.DATA_PROTECTION,
        (Keyword.MISSING_PROCESSING_GROUND,),
    ),
    Kind.COPYRIGHT: Basis(
        _("Copyright Law of China Art. 10"),
        _("It uses a work of somebody else without permission."),
        Category.INTELLECTUAL_PROPERTY,
        (Keyword.COPYRIGHT,),
    ),
    Kind.DATA_RIGHTS: Basis(
        _("Personal Information Protection Law of China Art. 44 to 47"),
        _("The person whom the data are about asked for it, and nothing stands against it."),
        Category.DATA_PROTECTION,
        (Keyword.RIGHT_TO_BE_FORGOTTEN,),
    ),
    Kind.AUTHORITY_ORDER: Basis(
        _("Order of a competent authority"),
        _("An authority ordered it, and its order was examined by two people."),
        Category.NOT_SPECIFIED,
    ),
}
"""What is not in it rests on the agreement."""


def basis_of(kind: Kind) -> Basis:
    """What a decision in a case of ``kind`` rests on, as a rule."""
    return BASES.get(kind, _AGREEMENT)
