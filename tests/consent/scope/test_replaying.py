from __future__ import annotations

import json
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.scope.documents import read_use, write_use
from consent.scope.replaying import decide_counted, replay, write_decision

from . import cases
from .cases import DEPICTED, NOW, USE


@given(st.integers(0, 2**32), st.integers(0, 2))
@settings(max_examples=150, deadline=None)
def test_a_decision_comes_out_the_same_from_what_is_written_of_it(seed: int, faces: int) -> None:
    random = Random(seed)
    drawn, grants, now, _profile = cases.random_case(random)
    use = read_use(write_use(drawn), drawn.depicted)  # as all uses are read
    decision = decide_counted(use, grants, now, faces)
    written = json.loads(json.dumps(write_decision(use, grants, now, faces, decision)))
    assert replay(written)


@pytest.mark.parametrize(
    ("years", "band"), [(0, 0), (13, 0), (14, 14), (17, 14), (18, 18), (71, 18), (None, None)]
)
def test_it_writes_no_age_but_the_band_that_the_rules_ask_for(years: int | None, band: int | None) -> None:
    use = replace(USE, depicted=(replace(DEPICTED, years=years),))
    written = write_decision(use, [], NOW, 0, decide_counted(use, [], NOW, 0))
    assert written["depicted"][0]["years"] == band


def test_another_outcome_another_trace_or_another_fact_is_found() -> None:
    use, grants = USE, [cases.GRANT]
    written = write_decision(use, grants, NOW, 0, decide_counted(use, grants, NOW, 0))
    assert written["outcome"] == "allow"
    assert replay(written)
    assert not replay({**written, "outcome": "deny"})
    assert not replay({**written, "trace": []})
    assert not replay({**written, "grants": []})
    assert not replay({**written, "faces": 2})


@pytest.mark.parametrize(
    "broken", [{"engine": "0"}, {"at": "yesterday"}, {"grants": [{}]}, {"depicted": [{}]}]
)
def test_what_it_did_not_write_is_refused(broken: dict[str, object]) -> None:
    written = write_decision(USE, [], NOW, 0, decide_counted(USE, [], NOW, 0))
    with pytest.raises((LookupError, TypeError, ValueError)):
        replay({**written, **broken})
