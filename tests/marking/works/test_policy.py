"""The policy that the settings name."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from config import environment
from marking.marks.explicit_label import Wording
from marking.works.policy import offers_unlabelled_copies, site_policy


@pytest.mark.parametrize(
    ("values", "wording"),
    [
        ({}, Wording.BOTH),
        ({"YINJI_JURISDICTIONS": "CN"}, Wording.CHINESE),
        ({"YINJI_JURISDICTIONS": "EU,US-CA"}, Wording.ENGLISH),
        ({"YINJI_JURISDICTIONS": "CN", "YINJI_LABEL": "both"}, Wording.BOTH),
        ({"YINJI_LABEL": "zh"}, Wording.CHINESE),
        ({"YINJI_LABEL": "en"}, Wording.ENGLISH),
    ],
)
def test_its_wording_follows_the_jurisdictions_unless_it_is_named(
    settings: Settings, values: dict[str, str], wording: Wording
) -> None:
    settings.ENVIRONMENT = environment.read(values)
    assert site_policy().wording is wording


@pytest.mark.parametrize(
    ("values", "offers"),
    [
        ({}, True),
        ({"YINJI_UNLABELLED_COPIES": "no"}, False),
        ({"YINJI_JURISDICTIONS": "EU"}, False),
        ({"YINJI_JURISDICTIONS": "CN,EU,IN"}, False),
    ],
)
def test_it_offers_copies_where_operator_and_law_allow_it(
    settings: Settings, values: dict[str, str], offers: bool
) -> None:
    settings.ENVIRONMENT = environment.read(values)
    assert offers_unlabelled_copies() is offers
