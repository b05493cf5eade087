"""There is no way to a sealed identity but two approvals: a superuser tries them all."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from accounts.elevation import services
from accounts.elevation.models import ConcernedPerson, Elevation
from accounts.identity import services as identity
from accounts.identity.documents import DocumentType
from accounts.identity.models import IdentityClaim
from accounts.identity.providers.manual import ManualProvider
from accounts.identity.queries import open_claim_of
from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.users.models import User
from tests.accounts.elevation.conftest import NAME, NUMBER
from tests.accounts.elevation.officers import Approver, wish
from tests.accounts.elevation.superuser import Superuser
from tests.accounts.guardians.test_pages import FORM
from tests.architecture.granted_things import granted_things, mandated
from tests.consent.people import NUMBERS

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]
OPENERS = {
    "accounts/guardians/naming.py": "the child's name, for whoever named it",
    "accounts/identity/adopting.py": "into the vault, when it is accepted",
    "accounts/identity/asking.py": "for the provider, asked by the worker",
    "accounts/identity/reindexing.py": "digests under a new key, on the command line",
    "accounts/identity/services.py": "for its reviewer, by `reveal` alone",
    "accounts/own_data/held.py": "for the claimant's own copy",
}
"""Every module that opens the name, the number or the phone of a claim that waits, and for whom."""

READERS = {
    "accounts/guardians/review_views.py:guardianship",
    "accounts/identity/review_views.py:claim",
}
"""Every view in which staff reads a waiting claim: of a person, whose renewals and changes of name are claims as well, and of a child."""


@cache
def modules() -> dict[str, ast.Module]:
    """Each module of ours, by its path."""
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text())
        for package in ("accounts", "config", "consent", "marking")
        for path in sorted((ROOT / package).rglob("*.py"))
    }


@cache
def imports() -> tuple[tuple[str, str, str], ...]:
    """Each name that a module of ours takes from another: by whom, from where, and which."""
    return tuple(
        (path, node.module or "", alias.name)
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    )


def functions_that_call(name: str) -> Iterator[str]:
    """Each function of ours that calls ``….name(…)``."""
    for path, tree in modules().items():
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            calls = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
            if any(name in (getattr(call, "attr", ""), getattr(call, "id", "")) for call in calls):
                yield f"{path}:{function.name}"


def test_the_keepers_own_module_alone_opens_fields() -> None:
    importing = {by for by, _module, name in imports() if name == "open_fields"}
    assert importing <= {"accounts/elevation/opening.py", "accounts/elevation/keeper.py"}


def test_only_the_keepers_tasks_lead_to_that_module() -> None:
    opening = "accounts.elevation.opening"
    assert {by for by, module, name in imports() if opening in (module, f"{module}.{name}")} == {
        "accounts/elevation/tasks.py"
    }


def test_those_that_open_a_waiting_claim_are_listed() -> None:
    opening = {"name_of", "number_of", "phone_of"}
    taking = {by for by, module, name in imports() if module.endswith("claim_vault") and name in opening}
    assert taking == OPENERS.keys()
    assert not [by for by, _module, name in imports() if name == "claim_vault"]


def test_staff_reads_it_in_the_listed_views_alone() -> None:
    assert set(functions_that_call("reveal")) == READERS


def test_a_superuser_with_the_producer_id_alone_finds_the_person_on_no_page(
    operator: User, person: User, approved: Elevation
) -> None:
    """Every page of the desks, with every value a superuser could put into it, names nobody."""
    claim = IdentityClaim.objects.get(user=person)
    values = {
        "elevation": [approved.reference],
        "producer_id": [person.producer_id],
        "pk": [claim.pk],
    }
    superuser = Superuser(operator, values, person.producer_id)
    assert superuser.pages_that_show(NAME, NUMBER) == set()
    assert superuser.visited > 40
    assert superuser.may_still_enter("/desk/identity/")


def test_nothing_else_that_staff_decides_about_them_names_them(
    operator: User, person: User, other_user: User
) -> None:
    """An organisation, a mandate, a sanction, an appeal, a spoken statement, a hold, a note: each with its own pages."""
    about = {**granted_things(person, other_user), **mandated(person)}
    superuser = Superuser(operator, {name: [value] for name, value in about.items()}, person.producer_id)
    assert superuser.pages_that_show(NAME, NUMBER) == set()
    assert superuser.visited > 80
    assert superuser.may_still_enter(f"/desk/organisations/{about['organisation_pk']}")
    assert superuser.may_still_enter(f"/desk/appeals/{about['appeal']}")
    assert superuser.may_still_enter(f"/desk/statements/{about['statement_reference']}")


def test_a_claim_that_waits_is_read_on_its_own_page_alone_and_its_person_sees_that_it_was(
    operator: User, user: User
) -> None:
    """The one exception: somebody has to read what they decide on."""
    claim = _submitted(user, NAME, NUMBER)
    superuser = Superuser(operator, {"producer_id": [user.producer_id], "pk": [claim.pk]}, user.producer_id)
    assert superuser.pages_that_show(NAME, NUMBER) == {reverse("identity_review:claim", args=[claim.pk])}
    assert superuser.visited > 40
    _sees_each_reading(user, user)


def test_so_is_a_change_of_name_and_the_old_one_is_nowhere(operator: User, person: User) -> None:
    claim = _submitted(person, "Wang Mei", NUMBERS[2], is_renewal=True)
    claims = IdentityClaim.objects.filter(user=person).values_list("pk", flat=True)
    superuser = Superuser(operator, {"pk": list(claims)}, person.producer_id)
    page = reverse("identity_review:claim", args=[claim.pk])
    assert superuser.pages_that_show("Wang Mei", NUMBERS[2]) == {page}
    assert superuser.pages_that_show(NAME, NUMBER) == set()
    _sees_each_reading(person, person)


def test_a_childs_claim_is_read_on_its_guardians_page_and_whoever_named_it_sees_that_it_was(
    operator: User, person: User
) -> None:
    """The same exception, where somebody else claims; with the claim's own number its own page is one as well."""
    browser = Client()
    browser.force_login(person)
    assert browser.post(reverse("wards:page"), FORM).status_code == 302
    named = person.wards.get()
    claim = open_claim_of(named.ward)
    assert claim is not None
    values = {"producer_id": [named.ward.producer_id], "pk": [named.pk, claim.pk]}
    superuser = Superuser(operator, values, person.producer_id)
    assert superuser.pages_that_show(FORM["name"], FORM["number"]) == {
        reverse("guardian_review:guardianship", args=[named.pk]),
        reverse("identity_review:claim", args=[claim.pk]),
    }
    _sees_each_reading(person, named.ward)


def _submitted(by: User, name: str, number: str, *, is_renewal: bool = False) -> IdentityClaim:
    return identity.submit_claim(
        by=by,
        document_type=DocumentType.RESIDENT_ID,
        name=name,
        number=number,
        provider=ManualProvider(),
        is_renewal=is_renewal,
    )


def _sees_each_reading(reader: User, claimant: User) -> None:
    """``reader`` finds as many readings on their own page as the log has of ``claimant``."""
    subject = f"user:{claimant.producer_id}"
    readings = Record.objects.filter(kind="identity.viewed", subject=subject).count()
    browser = Client()
    browser.force_login(reader)
    assert browser.get("/me/accesses/").text.count("A member of staff read ") == readings > 0


@pytest.mark.parametrize("approvals", [0, 1])
def test_a_superuser_who_writes_states_into_the_row_still_opens_nothing(
    asked: Elevation, operator: User, guard: Approver, approvals: int
) -> None:
    from accounts.elevation.opening import open_all_approved, open_approved

    if approvals:
        guard.approve(asked)
    assert not open_approved(asked.pk)
    assert not open_all_approved()
    with pytest.raises(Refusal):
        services.view(asked.persons.get(), by=operator)
    assert not ConcernedPerson.objects.filter(is_opened=True).exists()


def test_a_superuser_who_asks_needs_two_others(operator: User, person: User, guard: Approver) -> None:
    from accounts.elevation.opening import open_approved

    own = services.ask(by=operator, wish=wish(person))
    guard.approve(own)
    assert not open_approved(own.pk)
    with pytest.raises(Refusal) as refusal:
        services.view(own.persons.get(), by=operator)
    assert refusal.value.code == "window_over"
