"""The clauses that forbid taking a mark away …"""

from __future__ import annotations

import pytest

from marking.policy.jurisdictions import Jurisdiction
from marking.policy.removal import FORBIDDING, Clause, forbidding


@pytest.mark.parametrize(
    ("jurisdictions", "clauses"),
    [
        ((), ()),
        ((Jurisdiction.CALIFORNIA,), ()),
        ((Jurisdiction.CHINA,), (Clause.LABELLING_MEASURES, Clause.DEEP_SYNTHESIS)),
        ((Jurisdiction.INDIA, Jurisdiction.CHINA, Jurisdiction.CHINA), tuple(Clause)[:3]),
        (tuple(Jurisdiction), tuple(Clause)),
    ],
)
def test_they_are_those_of_the_site_s_jurisdictions(
    jurisdictions: tuple[Jurisdiction, ...], clauses: tuple[Clause, ...]
) -> None:
    assert forbidding(jurisdictions) == clauses


def test_every_jurisdiction_has_its_row() -> None:
    assert set(FORBIDDING) == set(Jurisdiction)
