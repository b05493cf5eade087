"""Taking a stranger's file …"""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from marking.media import Refused
from marking.verification import intake

MINUTE = 1_800_000_000.0 - 1_800_000_000 % 60


def ask(times: int, *, now: float = MINUTE, **headers: str) -> None:
    request = RequestFactory().post("/", **headers)
    for _ in range(times):
        intake.count_request(request, now=now)


def test_it_counts_by_address_and_minute() -> None:
    ask(intake.PER_MINUTE, REMOTE_ADDR="198.51.100.1")
    ask(1, REMOTE_ADDR="198.51.100.2")
    with pytest.raises(intake.NotNow) as caught:
        ask(1, now=MINUTE + 45.5, REMOTE_ADDR="198.51.100.1")
    assert (caught.value.status, caught.value.headers) == (429, {"Retry-After": "15"})
    ask(1, now=MINUTE + 60, REMOTE_ADDR="198.51.100.1")


def test_it_believes_as_many_proxies_as_it_is_told(settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    ask(intake.PER_MINUTE, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 198.51.100.1")
    ask(1, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 198.51.100.2")
    with pytest.raises(intake.NotNow):
        ask(1, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="7.7.7.7, 198.51.100.1")


def test_who_comes_past_the_proxies_is_counted_by_the_socket(settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    ask(intake.PER_MINUTE, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6")
    with pytest.raises(intake.NotNow):
        ask(1, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="7.7.7.7")


def test_without_a_cache_nobody_is_counted(settings: Settings) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    ask(intake.PER_MINUTE + 1, REMOTE_ADDR="198.51.100.1")


def test_ipv6_addresses_of_one_network_are_one() -> None:
    ask(intake.PER_MINUTE, REMOTE_ADDR="2001:db8:1:2::1")
    ask(1, REMOTE_ADDR="2001:db8:1:3::1")
    with pytest.raises(intake.NotNow):
        ask(1, REMOTE_ADDR="2001:db8:1:2:ffff::2")


def sent_from(address: str) -> HttpRequest:
    return RequestFactory().post("/", REMOTE_ADDR=address)


def test_an_address_has_only_some_requests_in_hand() -> None:
    flood = sent_from("198.51.100.3")
    with ExitStack() as held:
        for _ in range(3):  # a fourth of twelve
            held.enter_context(intake.in_hand(flood))
        with pytest.raises(intake.NotNow) as caught:
            held.enter_context(intake.in_hand(flood))
        assert (caught.value.status, caught.value.code) == (429, "too_many_at_once")
        assert caught.value.headers == {"Retry-After": "2"}
        held.enter_context(intake.in_hand(sent_from("198.51.100.4")))


def test_a_newcomer_is_asked_for_patience_when_all_hands_are_full() -> None:
    with ExitStack() as held:
        for number in range(intake.IN_HAND):
            held.enter_context(intake.in_hand(sent_from(f"198.51.100.{number}")))
        with pytest.raises(intake.NotNow) as caught:
            held.enter_context(intake.in_hand(sent_from("198.51.100.99")))
    assert (caught.value.status, caught.value.code) == (503, "busy")


def test_one_address_never_holds_every_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "PATIENCE_SECONDS", 0.0)
    flood, other = sent_from("198.51.100.3"), sent_from("198.51.100.4")
    with ExitStack() as held:
        for _ in range(intake.places().share):
            held.enter_context(intake.place(flood))
        with pytest.raises(intake.NotNow):
            held.enter_context(intake.place(flood))
        held.enter_context(intake.place(other))


def test_it_keeps_no_address() -> None:
    ask(1, REMOTE_ADDR="198.51.100.77")
    assert "198.51.100.77" not in str(getattr(cache, "_cache", {}))


@pytest.mark.parametrize(
    ("refused", "status"),
    [
        (Refused("empty_file"), 400),
        (Refused("unsupported_format"), 415),
        (Refused("too_large", found=2, limit=1), 413),
        (Refused("too_many_pixels", width=2, height=2, limit=1), 413),
    ],
)
def test_a_refused_file_has_a_status_and_a_sentence(refused: Refused, status: int) -> None:
    assert intake.status_of(refused) == status
    is_picture = refused.code != "unsupported_format"
    assert (intake.sentence_of(refused) == refused.message) is is_picture


def test_of_a_file_that_is_no_picture_it_is_said_that_no_label_was_found(client: Client) -> None:
    film = SimpleUploadedFile("film.mp4", b"\0\0\0\x18ftypisom" + bytes(40))
    answer = client.post("/api/v1/verifications", {"file": film})
    assert answer.status_code == 415
    assert "no label was found in this one" in answer.json()["detail"]


def test_it_takes_one_file_and_not_silently_the_last_of_two(client: Client) -> None:
    two = [SimpleUploadedFile(name, b"x" * 9) for name in ("a.png", "b.png")]
    answer = client.post("/api/v1/verifications", {"file": two})
    assert (answer.status_code, answer.json()["code"]) == (400, "several_files")
