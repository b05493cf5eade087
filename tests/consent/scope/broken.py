"""For each clause, cases that break that one and no other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consent.scope import (
    ANY_CHANNEL,
    Audience,
    Binding,
    Element,
    Grant,
    LabelStrength,
    Medium,
    Money,
    Operation,
    Purpose,
    Use,
    Withdrawal,
)
from tests.consent.scope.cases import DAY, GRANT, NOW, USE, granted, used

BROKEN: dict[str, list[tuple[Use, Grant]]] = {
    "element": [
        (used(elements=frozenset({Element.VOICE})), GRANT),
        (used(elements=frozenset({Element.FACE, Element.BODY})), GRANT),
        (used(elements=frozenset()), GRANT),
        (used(elements=None), GRANT),
        (USE, granted(elements=frozenset())),
        (USE, granted(elements=None)),
    ],
    "operation": [
        (used(operations=frozenset({Operation.LIP_SYNC})), GRANT),
        (used(operations=frozenset({Operation.FACE_SWAP, Operation.RETOUCH})), GRANT),
        (used(operations=frozenset()), GRANT),
        (USE, granted(operations=frozenset({Operation.RETOUCH}))),
        (USE, granted(operations=None)),
    ],
    "purpose": [
        (used(purposes=frozenset({Purpose.COMMERCIAL})), GRANT),
        (used(purposes=frozenset({Purpose.EDUCATION, Purpose.TRAINING})), GRANT),
        (used(purposes=frozenset()), GRANT),
        (USE, granted(purposes=frozenset({Purpose.PERSONAL}))),
        (USE, granted(purposes=None)),
    ],
    "medium": [
        (used(media=frozenset({Medium.STILL})), GRANT),
        (used(media=frozenset({Medium.VIDEO, Medium.LIVE})), GRANT),
        (used(media=frozenset()), GRANT),
        (USE, granted(media=frozenset({Medium.AUDIO}))),
        (USE, granted(media=None)),
    ],
    "audience": [
        (USE, granted(audience=Audience.ORGANISATION, recipients=frozenset({"acme"}))),
        (USE, granted(audience=Audience.PRIVATE)),
        (used(audience=None), GRANT),
        (
            used(audience=Audience.NAMED, recipients=frozenset({"grace"})),
            granted(audience=Audience.NAMED, recipients=frozenset({"alan"})),
        ),
        (
            used(audience=Audience.NAMED),
            granted(audience=Audience.NAMED, recipients=frozenset({"alan"})),
        ),
        (USE, granted(audience=None)),
    ],
    "channel": [
        (used(channels=frozenset({"tube.example"})), GRANT),
        (used(channels=frozenset({"school.example", "tube.example"})), GRANT),
        (used(channels=frozenset()), GRANT),
        (used(channels=None), granted(channels=ANY_CHANNEL)),
        (USE, granted(channels=None)),
        (used(channels=ANY_CHANNEL), GRANT),
    ],
    "territory": [
        (used(territories=frozenset({"DE"})), GRANT),
        (used(territories=frozenset({"CN", "HK"})), GRANT),
        (used(territories=frozenset()), GRANT),
        (USE, granted(territories=frozenset({"*"}))),
        (USE, granted(territories=None)),
    ],
    "time": [
        (used(ends_at=NOW + 11 * DAY), GRANT),
        (used(starts_at=NOW - 2 * DAY), GRANT),
        (used(starts_at=NOW + 2 * DAY, ends_at=NOW + DAY), GRANT),
        (used(ends_at=None), GRANT),
        (USE, granted(not_before=NOW + DAY)),
        (USE, granted(not_after=NOW + 9 * DAY)),
        (USE, granted(not_after=None)),
    ],
    "number": [
        (used(outputs=3), GRANT),
        (used(outputs=0), GRANT),
        (used(outputs=None), GRANT),
        (used(seconds=31), GRANT),
        (used(seconds=-1), GRANT),
        (USE, replace(GRANT, consumed=2)),
        (USE, granted(outputs=None)),
        (USE, granted(seconds=None)),
    ],
    "money": [
        (used(money=Money.EARNED), GRANT),
        (used(money=Money.SHARED), GRANT),
        (used(money=Money.EARNED), granted(money=Money.SHARED)),
        (used(money=None), GRANT),
        (USE, granted(money=None)),
    ],
    "content": [
        (used(theme="love"), GRANT),
        (used(theme=None), GRANT),
        (USE, granted(binding=Binding.SCRIPT, bound_to=frozenset({"2" * 64}))),
        (USE, granted(binding=Binding.OUTPUT, bound_to=frozenset({"1" * 64}))),
        (USE, granted(binding=None)),
        (used(theme=""), granted(bound_to=frozenset({""}))),
    ],
    "grantee": [
        (used(grantee="other"), GRANT),
        (used(grantee=None), GRANT),
        (used(is_sublicensed=True), GRANT),
        (used(is_sublicensed=None), GRANT),
        (used(grantee=""), granted(grantee="")),
        (used(is_sublicensed=True), granted(may_sublicense=None)),
    ],
    "label": [
        (used(label=LabelStrength.IMPLICIT), GRANT),
        (USE, granted(label=LabelStrength.PROMINENT)),
        (used(label=LabelStrength.EXPLICIT), granted(label=LabelStrength.PROMINENT)),
        (used(label=None), GRANT),
        (USE, granted(label=None)),
    ],
    "preview": [
        (used(approved_output_sha256=None), GRANT),
        (used(approved_output_sha256="1" * 64), GRANT),
        (used(output_sha256="2" * 64), GRANT),
        (used(approved_output_sha256="", output_sha256=""), GRANT),
        (USE, granted(needs_preview=None)),
    ],
    "abroad": [
        (used(goes_abroad=True), GRANT),
        (used(goes_abroad=None), GRANT),
        (used(goes_abroad=None), granted(may_go_abroad=True)),
        (USE, granted(may_go_abroad=None)),
        (used(goes_abroad=True), granted(may_go_abroad=None)),
    ],
    "withdrawal": [
        (used(withdrawal=Withdrawal.STOP_NEW), GRANT),
        (USE, granted(withdrawal=Withdrawal.DELETE_MODEL)),
        (used(withdrawal=Withdrawal.STOP_NEW), granted(withdrawal=Withdrawal.STOP_NEW)),
        (used(withdrawal=None), GRANT),
        (USE, granted(withdrawal=None)),
    ],
}


CASES = [
    pytest.param(clause, use, grant, id=f"{clause}-{number}")
    for clause, cases in BROKEN.items()
    for number, (use, grant) in enumerate(cases)
]
