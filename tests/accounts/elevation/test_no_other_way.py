"""There is no way to a sealed identity but two approvals: a superuser tries them all."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from accounts.elevation import services
from accounts.elevation.models import ConcernedPerson, Elevation
from accounts.identity.models import IdentityClaim
from accounts.refusals import Refusal
from accounts.users.models import User
from tests.accounts.elevation.conftest import NAME, NUMBER
from tests.accounts.elevation.officers import Approver, wish
from tests.architecture.addresses import addresses

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]
DESKS = ("desk/", "me/", "w/", "v/", "works/")


@cache
def imports() -> tuple[tuple[str, str, str], ...]:
    """Each name that a module of ours takes from another: by whom, from where, and which."""
    return tuple(
        (str(path.relative_to(ROOT)), node.module or "", alias.name)
        for package in ("accounts", "config", "consent", "marking")
        for path in sorted((ROOT / package).rglob("*.py"))
        if "open_fields" in (text := path.read_text()) or "elevation" in text
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    )


def test_the_keepers_own_module_alone_opens_fields() -> None:
    importing = {by for by, _module, name in imports() if name == "open_fields"}
    assert importing <= {"accounts/elevation/opening.py", "accounts/elevation/keeper.py"}


def test_only_the_keepers_tasks_lead_to_that_module() -> None:
    opening = "accounts.elevation.opening"
    assert {by for by, module, name in imports() if opening in (module, f"{module}.{name}")} == {
        "accounts/elevation/tasks.py"
    }


def test_a_superuser_with_the_producer_id_alone_finds_the_person_on_no_page(
    operator: User, person: User, approved: Elevation
) -> None:
    """Every page of the desks, with every value a superuser could put into it, names nobody."""
    browser = Client()
    browser.force_login(operator)
    claim = IdentityClaim.objects.get(user=person)
    values = {"elevation": approved.reference, "producer_id": person.producer_id, "pk": claim.pk}
    visited = 0
    for each in addresses():
        if not each.name or not each.route.startswith(DESKS) or set(each.parameters) - set(values):
            continue
        url = reverse(each.name, kwargs={name: values[name] for name in each.parameters})
        for answer in (browser.get(url, {"q": person.producer_id}), browser.post(url, follow=True)):
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
            assert NAME.encode() not in body, each.name
            assert NUMBER.encode() not in body, each.name
            visited += 1
    assert visited > 40


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
