"""Claims as earlier versions left them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.guardians.models import Guardianship
from accounts.guardians.naming import adopt as adopt_names
from accounts.guardians.naming import name_of_ward
from accounts.identity.adopting import adopt, unadopted
from accounts.identity.ages import band_of
from accounts.identity.claim_vault import masked_number_of, sealed_fields
from accounts.identity.documents import Document, DocumentType
from accounts.identity.models import IdentityClaim, Purpose
from accounts.identity.naming import bears_name
from accounts.users.models import User
from accounts.vault.keeper import Field, open_fields
from accounts.vault.sealing import destroy

pytestmark = pytest.mark.django_db

NAME, NUMBER = "欧阳娜娜", "11010519491231002X"
Submit = Callable[..., IdentityClaim]


def as_before(claim: IdentityClaim) -> IdentityClaim:
    """Make ``claim`` what version 0.1 stored: the name and number under the person's key, the document's index alone."""
    columns = sealed_fields(claim.user, claim.reference, NAME, Document(DocumentType.RESIDENT_ID, NUMBER))
    columns |= {"sealed_mask": b"", "sealed_birth_date": b""}
    IdentityClaim.objects.filter(pk=claim.pk).update(deposit=None, **columns)
    claim.indexes.exclude(purpose=Purpose.DOCUMENT).delete()
    return IdentityClaim.objects.get(pk=claim.pk)


def test_it_takes_a_decided_claim_into_the_vault(user: User, accepted: Submit, keeper: None) -> None:
    before = as_before(accepted(user))
    band = band_of(user, timezone.now())
    assert band
    assert not bears_name(user, NAME)

    assert adopt(timezone.now()).as_dict() == {"adopted": 1, "unreadable": 0}

    claim = IdentityClaim.objects.get(pk=before.pk)
    assert open_fields(claim.reference, frozenset(Field)) == {
        Field.NAME: NAME,
        Field.NUMBER: NUMBER,
        Field.PHONE: "",
    }
    assert bytes(claim.sealed_name) == bytes(claim.sealed_number) == b""
    assert masked_number_of(claim) == "11••••2X"
    assert band_of(user, timezone.now()) == band
    assert bears_name(user, NAME)
    assert adopt(timezone.now()).adopted == 0


def test_it_masks_and_indexes_a_waiting_claim_and_leaves_it_to_its_reviewer(
    user: User, pending: Submit
) -> None:
    before = as_before(pending(user))
    assert masked_number_of(before) == "11••••2X"
    assert adopt(timezone.now()).adopted == 1
    claim = IdentityClaim.objects.get(pk=before.pk)
    assert (claim.state, claim.deposit) == ("pending", None)
    assert claim.sealed_mask
    assert claim.indexes.filter(purpose=Purpose.NAME).exists()


def test_it_passes_over_what_was_erased(user: User, accepted: Submit) -> None:
    as_before(accepted(user))
    destroy(user)
    assert adopt(timezone.now()).as_dict() == {"adopted": 0, "unreadable": 1}
    assert unadopted().count() == 1


def test_it_gives_guardians_the_names_of_their_children(
    user: User, other_user: User, pending: Submit
) -> None:
    as_before(pending(other_user))
    Guardianship.objects.create(ward=other_user, guardian=user, relation="parent")
    assert name_of_ward(other_user) == ""
    assert adopt_names() == 1
    assert name_of_ward(other_user) == NAME
    assert adopt_names() == 0


def test_guardians_of_the_erased_get_no_name(user: User, other_user: User, pending: Submit) -> None:
    as_before(pending(other_user))
    Guardianship.objects.create(ward=other_user, guardian=user, relation="parent")
    destroy(other_user)
    assert adopt_names() == 0
    Guardianship.objects.update(sealed_name=bytes(40))
    assert name_of_ward(User.objects.get(pk=other_user.pk)) == ""


def test_a_waiting_claim_of_before_can_be_decided_unadopted(
    user: User, staff_user: User, pending: Submit
) -> None:
    from accounts.identity.services import approve

    claim = approve(by=staff_user, claim=as_before(pending(user)))
    assert masked_number_of(claim) == "11••••2X"
    assert band_of(user, timezone.now())
