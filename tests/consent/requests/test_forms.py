from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from consent.requests.forms import ClausesForm
from consent.requests.templates import TEMPLATES


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_it_gives_the_browsers_calendar_a_day_that_it_can_read(language: str) -> None:
    days = {"first_day": date(2026, 5, 4), "last_day": date(2026, 12, 31)}
    with translation.override(language):
        form = ClausesForm(initial=days)
        assert 'value="2026-05-04"' in str(form["first_day"])
        assert 'value="2026-12-31"' in str(form["last_day"])


def test_it_offers_no_label_that_this_site_does_not_draw() -> None:
    offered = {code for code, _words in ClausesForm.base_fields["label"].choices}  # type: ignore[attr-defined]
    assert offered == {"implicit", "explicit"}
    assert all(each.label in offered for each in TEMPLATES)
