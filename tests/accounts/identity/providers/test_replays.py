"""What the clouds' protocols make of a request that is sent again, and what that leaves open."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.identity.providers.protocol import Finding, Trouble

from .asked_adapters import NOON, Adapter, Stated, fresh
from .fake_servers import said

Running = dict[str, Adapter]


def _cloud(running: Running, name: str) -> Stated:
    found = fresh(running[name])
    assert isinstance(found, Stated)
    return found


def test_alibaba_cloud_gets_another_nonce_even_within_one_second(running: Running) -> None:
    cloud = _cloud(running, "aliyun")
    for _ in range(5):
        assert cloud.ask().finding is Finding.MATCH
    nonces = [each.headers["x-acs-signature-nonce"] for each in cloud.server.asked]
    assert len(set(nonces)) == 5
    assert all(len(each) == 32 for each in nonces)


def test_a_nonce_that_was_changed_breaks_the_signature(running: Running) -> None:
    cloud = _cloud(running, "aliyun")
    cloud.ask()
    (recorded,) = cloud.server.asked
    recorded.headers["x-acs-signature-nonce"] = "0" * 32
    assert cloud.fake(recorded).status == 400


def test_tencent_cloud_takes_a_recorded_request_for_five_minutes_and_no_longer(running: Running) -> None:
    """The limit of its protocol, which docs/identity.md tells: whoever has the bytes learns again what they ask."""
    cloud = _cloud(running, "tencent")
    cloud.ask()
    (recorded,) = cloud.server.asked
    cloud.fake.clock = NOON + timedelta(minutes=5)
    assert b'"Result": "0"' in cloud.fake(recorded).body
    cloud.fake.clock = NOON + timedelta(minutes=5, seconds=1)
    assert b"AuthFailure.SignatureExpire" in cloud.fake(recorded).body


@pytest.mark.parametrize("header", ["x-tc-timestamp", "authorization"])
def test_its_time_cannot_be_renewed_without_the_secret(running: Running, header: str) -> None:
    cloud = _cloud(running, "tencent")
    cloud.ask()
    cloud.ask(now=NOON + timedelta(seconds=1))
    first, second = cloud.server.asked
    first.headers[header] = second.headers[header]
    assert b"AuthFailure.SignatureFailure" in cloud.fake(first).body


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("aliyun", {"Code": "200", "ResultObject": {"BizCode": "1"}}),
        ("tencent", {"Response": {"Result": "0"}}),
        ("tencent", {"Response": {"Result": "0", "RequestId": ""}}),
    ],
)
def test_a_match_without_a_number_of_its_own_is_no_answer(
    running: Running, name: str, content: object
) -> None:
    """By its number an answer that is sent again is known."""
    cloud = _cloud(running, name)
    cloud.server.mishap = lambda asked: said(200, content)
    answer = cloud.ask()
    assert (answer.finding, answer.trouble) == (Finding.UNAVAILABLE, Trouble.MALFORMED)
