from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from django.utils.translation import override

from accounts.access.permissions import Permission
from accounts.access.roles import has_permission
from accounts.identity.ages import band_of
from accounts.identity.levels import Level
from accounts.identity.models import IdentityClaim
from accounts.identity.queries import level_of
from accounts.records.models import Record
from accounts.users.agreement_text import newest
from accounts.users.erasure import RETENTION
from accounts.users.models import AgreementAcceptance, User
from accounts.users.queries import must_accept

pytestmark = pytest.mark.django_db

EMAIL = "cleo@example.com"
NAMED = ["--real-name", "欧阳娜娜", "--document", "resident_id:11010519491231002X"]


def _run(*arguments: str) -> str:
    output = io.StringIO()
    call_command("user", *arguments, stdout=output)
    return output.getvalue()


def _json(*arguments: str) -> Any:
    return json.loads(_run(*arguments, "--json"))


def _fails(*arguments: str) -> CommandError:
    with pytest.raises(CommandError) as caught:
        _run(*arguments)
    return caught.value


def test_it_makes_an_account_without_a_name() -> None:
    answer = _json("create", EMAIL)
    user = User.objects.get()
    assert answer == {
        "email": EMAIL,
        "producer_id": user.producer_id,
        "identity": "none",
        "level": 0,
        "agreement": None,
    }
    assert not user.has_usable_password()


def test_it_vouches_for_a_name_and_answers_for_the_agreement() -> None:
    answer = _json("create", EMAIL, *NAMED, "--approve")
    user = User.objects.get()
    assert (answer["identity"], answer["level"], answer["agreement"]) == ("verified", 2, newest().version)
    assert level_of(user) is Level.OPERATOR_CHECKED
    assert must_accept(user) is None
    assert AgreementAcceptance.objects.get().is_on_behalf
    assert IdentityClaim.objects.get().provider == "operator"
    assert {"identity.verified", "agreement.accepted"} <= set(Record.objects.values_list("kind", flat=True))


def test_it_leaves_a_name_to_the_provider_without_approve() -> None:
    assert _json("create", EMAIL, *NAMED)["identity"] == "pending"
    assert must_accept(User.objects.get()) is None  # nothing is published, nothing accepted
    assert not AgreementAcceptance.objects.exists()


def test_it_says_in_words_what_it_did_and_repeats_no_name() -> None:
    said = _run("create", EMAIL, *NAMED, "--approve")
    assert "not verified by a third party" in said
    assert "欧阳" not in said
    assert "110105" not in said


PASSPORT = ["--real-name", "Ada", "--document", "passport:E12345678"]


@pytest.mark.parametrize("approval", [[], ["--approve"]], ids=["claimed", "approved"])
def test_it_warns_of_an_account_that_can_grant_nobodys_likeness(approval: list[str]) -> None:
    warnings = io.StringIO()
    call_command("user", "create", EMAIL, *PASSPORT, *approval, stdout=io.StringIO(), stderr=warnings)
    assert "No birth date is known" in warnings.getvalue()


@pytest.mark.parametrize(
    "document", [NAMED, [*PASSPORT, "--birth-date", "1990-02-03"]], ids=["in-the-number", "stated"]
)
def test_it_warns_of_nothing_where_the_birth_date_is_known(document: list[str]) -> None:
    warnings = io.StringIO()
    call_command("user", "create", EMAIL, *document, "--approve", stdout=io.StringIO(), stderr=warnings)
    assert not warnings.getvalue()
    assert band_of(User.objects.get(), timezone.now()) is not None


def test_it_expects_a_birth_date_as_a_day() -> None:
    assert "expected YYYY-MM-DD; found '3 Feb'" in str(
        _fails("create", EMAIL, *PASSPORT, "--birth-date", "3 Feb")
    )
    assert _fails("create", EMAIL, "--birth-date", "1990-02-03").returncode == 2


def test_it_reads_a_password_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("a long password\n"))
    _run("create", EMAIL, "--password-stdin")
    assert User.objects.get().check_password("a long password")


def test_it_asks_for_a_password_that_is_not_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    assert _fails("create", EMAIL, "--password-stdin").returncode == 2


@pytest.mark.parametrize(
    "arguments",
    [["--real-name", "Ada"], ["--document", "passport:E12345678"], ["--approve"]],
    ids=["name-alone", "document-alone", "approve-alone"],
)
def test_it_calls_half_a_name_bad_use(arguments: list[str]) -> None:
    assert _fails("create", EMAIL, *arguments).returncode == 2
    assert not User.objects.exists()


@pytest.mark.parametrize("document", ["library_card:1", "E12345678"])
def test_it_names_the_documents_it_knows(document: str) -> None:
    assert "expected TYPE:NUMBER with one of resident_id" in str(
        _fails("create", EMAIL, "--real-name", "Ada", "--document", document)
    )


def test_it_leaves_nothing_behind_when_it_is_refused() -> None:
    error = _fails(
        "create", EMAIL, "--real-name", "Ada", "--document", "resident_id:110105194912310021", "--approve"
    )
    assert error.returncode == 1
    assert "mistyped" in str(error)
    assert not User.objects.exists()
    assert not Record.objects.exists()


def test_it_refuses_an_address_that_is_taken(user: User) -> None:
    assert _fails("create", user.email).returncode == 1


def test_it_makes_the_first_operator_and_says_the_password_once() -> None:
    answer = _json("operator", EMAIL)
    assert answer["created"]
    assert User.objects.get().check_password(answer["password"])
    assert _json("operator", EMAIL) == {"created": False}


def test_it_tells_the_operator_in_words() -> None:
    assert "shown once" in _run("operator", EMAIL)
    assert "nothing was changed" in _run("operator", EMAIL)


def test_it_gives_a_role_and_takes_it_and_records_each_change_once(user: User) -> None:
    for words, is_held in ((["case_officer"], True), (["case_officer", "--remove"], False)):
        changes = [_json("role", user.email, *words) for _ in range(2)]
        assert [(each["held"], each["changed"]) for each in changes] == [(is_held, True), (is_held, False)]
        assert has_permission(user, Permission.WORK_CASES) is is_held
    kinds = Record.objects.order_by("sequence").values_list("kind", flat=True)
    assert list(kinds) == ["account.role_given", "account.role_taken"]
    assert "does not hold the role auditor" in _run("role", user.email, "auditor", "--remove")


def test_it_makes_nobody_an_operator_by_role(user: User) -> None:
    assert "invalid choice: 'operator'" in str(_fails("role", user.email, "operator"))
    assert "no account with the address" in str(_fails("role", "nobody@example.com", "auditor"))


def test_it_makes_somebody_verify_again(verified_user: User) -> None:
    answer = _json("reverify", verified_user.email, "--reason", "Reported as fraud")
    assert (answer["identity"], answer["level"]) == ("ended", 0)
    assert IdentityClaim.objects.get().reason == "Reported as fraud"
    assert "no accepted real name" in str(_fails("reverify", verified_user.email, "--reason", "Again"))


def test_it_finds_no_waiting_claim_to_end() -> None:
    _run("create", EMAIL, *NAMED)
    assert "no accepted real name" in str(_fails("reverify", EMAIL, "--reason", "Fraud"))


def test_it_erases_an_account_when_the_law_lets_go(verified_user: User) -> None:
    assert "has not been requested" in str(_fails("erase", verified_user.email))
    User.objects.update(deletion_requested_at=timezone.now() - RETENTION)
    assert _json("erase", verified_user.email.upper()) == {
        "producer_id": verified_user.producer_id,
        "erased": True,
    }
    assert "no account with the address" in str(_fails("erase", verified_user.email))


def test_it_speaks_english_whatever_the_language_of_the_site() -> None:
    with override("zh-hans"):
        said = _run("create", EMAIL)
        refused = str(_fails("create", EMAIL))
    assert re.findall(r"[\u4e00-\u9fff]", said + refused) == []
