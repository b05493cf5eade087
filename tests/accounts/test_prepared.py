"""It answers as Django's own query does, and as the database stands now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.prepared import Prepared, columns, instances
from accounts.users.models import User

AT = datetime(2030, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def lin() -> User:
    return User.objects.create_user("lin@example.com", created_at=AT)


NAMED = Prepared(
    lambda email, since: User.objects.filter(email=email, created_at__gt=since, is_active=True).values_list(
        "pk", "created_at"
    )
)


@pytest.mark.django_db
def test_it_answers_with_what_the_columns_hold(lin: User) -> None:
    assert NAMED.rows(email=lin.email, since=AT - timedelta(seconds=1)) == [(lin.pk, AT)]


@pytest.mark.django_db
def test_it_asks_with_the_values_of_this_time(lin: User) -> None:
    assert NAMED.is_any(email=lin.email, since=AT - timedelta(seconds=1))
    assert not NAMED.is_any(email=lin.email, since=AT)
    assert not NAMED.is_any(email="ada@example.com", since=AT - timedelta(seconds=1))


@pytest.mark.django_db
def test_it_keeps_no_answer(lin: User) -> None:
    values = {"email": lin.email, "since": AT - timedelta(seconds=1)}
    assert NAMED.is_any(**values)
    User.objects.update(is_active=False)
    assert not NAMED.is_any(**values)


@pytest.mark.django_db
def test_it_asks_once_each_time(lin: User) -> None:
    with CaptureQueriesContext(connection) as asked:
        NAMED.rows(email=lin.email, since=AT)
    assert len(asked) == 1


@pytest.mark.django_db
def test_it_gives_objects(lin: User) -> None:
    held = Prepared(lambda user: User.objects.filter(pk=user).values_list(*columns(User)))
    (found,) = instances(User, held, user=lin.pk)
    assert (found, found.email, found.created_at) == (lin, lin.email, AT)
    assert not found._state.adding


class AnyText(TestCase):
    def setUp(self) -> None:
        User.objects.create_user("lin@example.com", created_at=AT)

    @settings(max_examples=20, deadline=None)
    @given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20))
    def test_it_takes_every_text_for_a_value(self, text: str) -> None:
        found = NAMED.rows(email=text, since=AT - timedelta(days=1))
        assert found == list(User.objects.filter(email=text).values_list("pk", "created_at"))


@pytest.mark.django_db
@pytest.mark.parametrize("value", [True, None, ["a"], b"a"])
def test_it_refuses_what_is_no_number_text_or_moment(value: object) -> None:
    held = Prepared(lambda user: User.objects.filter(pk=user).values_list("pk"))
    with pytest.raises(TypeError, match="expected a number, a text or a moment"):
        held.rows(user=value)  # type: ignore[arg-type]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "build",
    [
        lambda email: User.objects.filter(email__startswith=email).values_list("pk"),
        lambda email: User.objects.values_list("pk"),
    ],
)
def test_it_refuses_a_query_that_does_not_compare_the_value_as_it_is(build: Callable[..., object]) -> None:
    with pytest.raises(ValueError, match="email"):
        Prepared(build).rows(email="lin")  # type: ignore[arg-type]
