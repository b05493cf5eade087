from __future__ import annotations

from django.test import Client
from django.urls import reverse

from accounts.access.roles import LegalOfficer
from accounts.retention import holds
from accounts.users.models import User
from accounts.users.services import set_role
from marking.desk.cases.models import Case
from tests.marking.desk.complaints import NOW, filed
from tests.marking.verification.marked_files import marked_file, register


def test_a_held_case_keeps_its_work_and_the_accounts_concerned(verified_user: User, other_user: User) -> None:
    work = register(verified_user, marked_file()).work
    case = filed()
    Case.objects.filter(pk=case.pk).update(work=work, reporter=other_user)
    maker, complainant = f"user:{verified_user.producer_id}", f"user:{other_user.producer_id}"
    kept = {f"case:{case.code}", f"work:{work.code}", maker, complainant}
    assert holds.kept_with([f"case:{case.code}"]) == kept
    assert not holds.is_held(f"work:{work.code}", NOW)
    holds.propose(by=other_user, subject=f"case:{case.code}", case="1", document_sha256="ab" * 32, now=NOW)
    assert holds.is_held(f"work:{work.code}", NOW)
    assert holds.keeps_account(verified_user, NOW)


def test_a_case_about_nothing_that_is_known_keeps_itself_alone(db: None) -> None:
    case = filed()
    assert holds.kept_with([f"case:{case.code}"]) == {f"case:{case.code}"}


def test_the_page_of_holds_says_what_is_held_with_a_case(
    client: Client, verified_user: User, other_user: User
) -> None:
    work = register(verified_user, marked_file()).work
    case = filed()
    Case.objects.filter(pk=case.pk).update(work=work)
    holds.propose(by=other_user, subject=f"case:{case.code}", case="1", document_sha256="ab" * 32)
    set_role(by=None, user=other_user, role=LegalOfficer, is_held=True)
    client.force_login(other_user)
    shown = client.get(reverse("holds:page"), headers={"accept-language": "en"}).content.decode()
    assert "Held with it" in shown
    assert f"user:{verified_user.producer_id} · work:{work.code}" in shown
