"""The shared pieces say every state, tie help and errors to their fields and keep strangers free of cookies."""

from collections.abc import Iterable
from enum import StrEnum

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory

from accounts.users.models import User
from marking.works.declaration import Kind
from marking.works.states import WorkState


def words(template: str, **context: object) -> str:
    return " ".join(render_to_string(template, context).split())


def request(user: User | AnonymousUser, path: str = "/") -> HttpRequest:
    made = RequestFactory().get(path)
    made.user = user
    return made


@pytest.mark.parametrize(
    ("template", "parameter", "states"),
    [
        ("components/work_state.html", "state", WorkState),
        ("marking/works/_kind_help.html", "kind", Kind),
    ],
)
def test_has_own_words_for_every_state(template: str, parameter: str, states: Iterable[StrEnum]) -> None:
    said = [words(template, **{parameter: state}) for state in states]
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("verdict", ["confirmed", "possible", "suspected", "no_label_found", "inconclusive"])
def test_says_a_verdict_in_words_beside_its_colour(verdict: str) -> None:
    assert verdict.split("_", maxsplit=1)[0][:6] in words("components/verdict.html", verdict=verdict).lower()


@pytest.mark.parametrize(
    ("tone", "marked"),
    [("success", "tone-jade"), ("warning", "tone-ochre"), ("error", 'role="alert"'), ("", "tone-indigo")],
)
def test_tells_one_kind_of_message_from_another(tone: str, marked: str) -> None:
    shown = words("components/message.html", tone=tone, text="<b>", title="Title")
    assert marked in shown
    assert "&lt;b&gt;" in shown


class Example(forms.Form):
    name = forms.CharField(help_text="As on the document")
    note = forms.CharField(required=False)
    agreed = forms.BooleanField()
    size = forms.ChoiceField(choices=[("s", "S")], widget=forms.RadioSelect, help_text="One of these")
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def test_ties_help_and_errors_to_their_field() -> None:
    form = Example({})
    form.add_error(None, "All of it is wrong.")
    shown = words("components/fields.html", form=form)
    assert 'aria-describedby="id_name_helptext id_name_error"' in shown
    assert 'id="id_name_helptext"' in shown
    assert 'id="id_name_error"' in shown
    assert "(optional)" in shown
    assert "All of it is wrong." in shown
    assert shown.count('name="secret"') == 1


def test_makes_a_link_where_there_is_an_address_and_a_button_where_not() -> None:
    link = words("components/button.html", label="Get it", href="/file", download=True, variant="seal")
    assert link.startswith('<a href="/file" download class="button button-seal">')
    button = words("components/button.html", label="Send", name="do", value="1", form="f", small=True)
    assert button.startswith(
        '<button type="submit" name="do" value="1" form="f" class="button button-small">'
    )


def test_gives_strangers_no_token_and_a_way_in() -> None:
    shown = render_to_string("404.html", request=request(AnonymousUser()))
    assert "csrfmiddlewaretoken" not in shown
    assert "Sign in" in shown
    assert "My works" not in shown


def test_returns_to_the_same_page_in_another_language() -> None:
    shown = render_to_string("404.html", request=request(AnonymousUser(), "/w/8Z0K3M5Q7T?a=1"))
    assert 'name="next" value="/w/8Z0K3M5Q7T?a=1"' in shown
    assert 'value="zh-hans" lang="zh-hans">简体中文' in shown
    assert 'value="en"' not in shown


def test_shows_the_desks_to_whom_they_are_open(user: User, operator: User) -> None:
    shown = render_to_string("404.html", request=request(user))
    assert "My works" in shown
    assert 'href="/desk/"' not in shown
    assert 'href="/desk/"' in render_to_string("404.html", request=request(operator))


def test_says_what_broke_without_any_context() -> None:
    assert "Something broke" in render_to_string("500.html")
