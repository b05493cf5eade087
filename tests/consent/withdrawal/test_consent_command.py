from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from consent.grants.models import Grant

pytestmark = pytest.mark.django_db


def test_it_lets_a_consent_rest_and_takes_it_up_again(
    grant: Grant, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("consent", "suspend", str(grant.pk), "--because", "legal_hold")
    grant.refresh_from_db()
    assert (grant.state, grant.suspended_because) == ("suspended", "legal_hold")
    call_command("consent", "lift", str(grant.pk))
    assert capsys.readouterr().out.splitlines() == [f"{grant.pk}: suspended", f"{grant.pk}: active"]


@pytest.mark.parametrize("reference", ["nonsense", "00000000-0000-4000-8000-000000000000"])
def test_it_knows_no_other(reference: str) -> None:
    with pytest.raises(CommandError, match="no consent"):
        call_command("consent", "lift", reference)


def test_it_lifts_only_what_rests(grant: Grant) -> None:
    with pytest.raises(CommandError, match="Meanwhile"):
        call_command("consent", "lift", str(grant.pk))
