from __future__ import annotations

import pytest
from allauth.idp.oidc.models import Client as OAuthClient
from django.http import Http404

from accounts.api.queries import clients_of
from accounts.api.services import MOST_CLIENTS, NewClient, create_client, revoke_client
from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.users.models import User


def test_it_keeps_only_a_hash_of_the_secret(machine: NewClient) -> None:
    assert machine.secret not in machine.client.secret
    assert machine.client.check_secret(machine.secret)


def test_it_makes_secrets_that_need_no_escaping(machine: NewClient) -> None:
    assert len(machine.secret) == 43
    assert set(machine.secret) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_it_records_creation_and_revocation(machine: NewClient, verified_user: User) -> None:
    revoke_client(by=verified_user, client_id=machine.client.pk)

    subject = f"client:{machine.client.pk}"
    assert list(
        Record.objects.filter(kind__startswith="api.").order_by("sequence").values_list("kind", "subject")
    ) == [
        ("api.client_created", subject),
        ("api.client_revoked", subject),
    ]


def test_it_refuses_an_account_without_a_real_name(user: User) -> None:
    with pytest.raises(Refusal) as refused:
        create_client(by=user, name="renderer")

    assert (refused.value.code, refused.value.status) == ("identity_not_verified", 403)
    assert not OAuthClient.objects.exists()


def test_it_stops_at_twenty_clients(verified_user: User) -> None:
    for number in range(MOST_CLIENTS):
        create_client(by=verified_user, name=f"number {number}")

    with pytest.raises(Refusal) as refused:
        create_client(by=verified_user, name="one more")
    assert refused.value.code == "too_many_clients"


def test_it_lists_ones_own_clients_newest_first(verified_user: User, other_user: User) -> None:
    for name in ("first", "second"):
        create_client(by=verified_user, name=name)

    assert [client.name for client in clients_of(verified_user)] == ["second", "first"]
    assert clients_of(other_user) == []


def test_it_hides_the_clients_of_others(machine: NewClient, other_user: User) -> None:
    with pytest.raises(Http404):
        revoke_client(by=other_user, client_id=machine.client.pk)
