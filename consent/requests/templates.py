"""Common uses of a likeness: data that fills every clause of a request, to be changed before it is sent.

What the law wants to be agreed to separately (disclosure abroad, training, use by others in the grantee's place: PIPL
Art. 23, 25, 39; Interim Measures on Generative AI Services Art. 7) is *no* in each of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consent.scope import (
    Audience,
    Binding,
    Element,
    LabelStrength,
    Medium,
    Money,
    Operation,
    Purpose,
    Scope,
    Withdrawal,
)


@dataclass(frozen=True)
class Template:
    """One common use. ``days``: how long; ``outputs``: files, each of at most ``seconds`` (0 for stills)."""

    code: str
    title: Promise | str
    sentence: Promise | str
    elements: frozenset[Element]
    operations: frozenset[Operation]
    purpose: Purpose
    media: frozenset[Medium]
    audience: Audience
    days: int
    outputs: int
    seconds: int
    money: Money = Money.NONE
    label: LabelStrength = LabelStrength.EXPLICIT
    needs_preview: bool = False
    withdrawal: Withdrawal = Withdrawal.CUT_OFF
    channels: frozenset[str] = frozenset({"*"})
    territories: frozenset[str] = field(default=frozenset({"CN"}))


_FACE, _VOICE = frozenset({Element.FACE}), frozenset({Element.VOICE})
_SWAP = frozenset({Operation.FACE_SWAP})
_STILL = frozenset({Medium.STILL})

TEMPLATES: tuple[Template, ...] = (
    Template(
        "private", _("A try, for myself"), _("Seen by nobody else, gone after a month."),
        _FACE, _SWAP, Purpose.PERSONAL, _STILL, Audience.PRIVATE, 30, 5, 0,
    ),
    Template(
        "post", _("A post on my own account"), _("Public, without money."),
        _FACE, _SWAP, Purpose.ENTERTAINMENT, _STILL, Audience.PUBLIC, 180, 3, 0,
    ),
    Template(
        "education", _("Education"), _("Teaching material, public, without money."),
        _FACE, _SWAP, Purpose.EDUCATION, _STILL, Audience.PUBLIC, 365, 10, 0,
    ),
    Template(
        "editorial", _("Editorial"), _("Illustrates a report; the person approves each finished file."),
        _FACE, frozenset({Operation.RETOUCH}), Purpose.EDITORIAL, _STILL, Audience.PUBLIC, 365, 3, 0,
        money=Money.EARNED, needs_preview=True,
    ),
    Template(
        "commercial", _("Commercial, not advertising"), _("Something that is sold; the person has a share."),
        _FACE, _SWAP, Purpose.COMMERCIAL, _STILL, Audience.PUBLIC, 365, 10, 0,
        money=Money.SHARED, needs_preview=True,
    ),
    Template(
        "advertising", _("Advertising"), _("In force a day after it was granted; the person approves each finished file."),
        _FACE, _SWAP, Purpose.ADVERTISING, _STILL, Audience.PUBLIC, 90, 3, 0,
        money=Money.SHARED, needs_preview=True,
    ),
    Template(
        "dubbing", _("Dubbing with the voice"), _("The person's own voice in another language."),
        _VOICE, frozenset({Operation.DUBBING}), Purpose.ENTERTAINMENT, frozenset({Medium.AUDIO, Medium.VIDEO}),
        Audience.PUBLIC, 180, 5, 600, needs_preview=True, withdrawal=Withdrawal.DELETE_MODEL,
    ),
)  # fmt: skip


def template_of(code: str, templates: Iterable[Template] = TEMPLATES) -> Template | None:
    """The template ``code``; None where there is none."""
    return next((each for each in templates if each.code == code), None)


def scope_of(template: Template, *, grantee: str, now: datetime) -> Scope:
    """The whole scope that ``template`` stands for, from the beginning of today, for the producer id ``grantee``."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return Scope(
        elements=template.elements,
        operations=template.operations,
        purposes=frozenset({template.purpose}),
        media=template.media,
        audience=template.audience,
        channels=template.channels,
        territories=template.territories,
        not_before=today,
        not_after=today + timedelta(days=template.days),
        outputs=template.outputs,
        seconds=template.seconds,
        money=template.money,
        binding=Binding.PURPOSE,
        grantee=grantee,
        may_sublicense=False,
        label=template.label,
        needs_preview=template.needs_preview,
        may_go_abroad=False,
        withdrawal=template.withdrawal,
    )
