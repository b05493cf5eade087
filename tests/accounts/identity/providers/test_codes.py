"""What each documented code of the clouds means here."""

from __future__ import annotations

import pytest

from accounts.identity.providers.protocol import Finding, Trouble

from .asked_adapters import Adapter, fresh
from .fake_servers import said

Running = dict[str, Adapter]


def _asked(running: Running, name: str, status: int, content: object) -> tuple[Finding, Trouble | None]:
    adapter = fresh(running[name])
    adapter.server.mishap = lambda asked: said(status, content)
    answer = adapter.ask()
    return answer.finding, answer.trouble


@pytest.mark.parametrize(
    ("code", "message", "finding", "trouble"),
    [
        ("401", "参数非法(identifyNum)", Finding.INVALID_INPUT, None),
        ("401", "参数非法(mobile)", Finding.INVALID_INPUT, None),
        ("InvalidParameter", "The parameter userName is invalid.", Finding.INVALID_INPUT, None),
        ("401", "参数非法(paramType)", Finding.UNAVAILABLE, Trouble.NOT_ACCEPTED),
        ("InvalidAccessKeyId.NotFound", "", Finding.UNAVAILABLE, Trouble.NOT_ACCEPTED),
        ("Throttling.User", "", Finding.UNAVAILABLE, Trouble.OUTAGE),
        ("500", "", Finding.UNAVAILABLE, Trouble.OUTAGE),
        ("", "", Finding.UNAVAILABLE, Trouble.MALFORMED),
    ],
)
def test_alibaba_cloud(
    running: Running, code: str, message: str, finding: Finding, trouble: Trouble | None
) -> None:
    assert _asked(running, "aliyun", 400, {"Code": code, "Message": message}) == (finding, trouble)


BUSY = (Finding.UNAVAILABLE, Trouble.OUTAGE)
_TWO = {
    "-1": (Finding.MISMATCH, None),
    "-2": (Finding.INVALID_INPUT, None),
    "-3": (Finding.INVALID_INPUT, None),
    "-4": BUSY,
    "-5": (Finding.NO_RECORD, None),
    "-6": BUSY,
    "-7": BUSY,
    "-8": (Finding.UNAVAILABLE, Trouble.MALFORMED),
}
_THREE = {
    **dict.fromkeys(("-1", "-2", "-3", "-4", "-10"), (Finding.MISMATCH, None)),
    **dict.fromkeys(("-6", "-7", "-8"), (Finding.INVALID_INPUT, None)),
    "-5": (Finding.NO_RECORD, None),
    "-9": (Finding.NO_RECORD, None),
    "-11": BUSY,
}


@pytest.mark.parametrize(
    ("name", "code", "expected"),
    [("tencent", *each) for each in _TWO.items()] + [("tencent-phone", *each) for each in _THREE.items()],
)
def test_tencent_cloud(
    running: Running, name: str, code: str, expected: tuple[Finding, Trouble | None]
) -> None:
    assert _asked(running, name, 200, {"Response": {"Result": code}}) == expected


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        ("AuthFailure.SecretIdNotFound", Trouble.NOT_ACCEPTED),
        ("AuthFailure.SignatureExpire", Trouble.CLOCK),
        ("InvalidParameterValue", Trouble.NOT_ACCEPTED),
        ("RequestLimitExceeded", Trouble.OUTAGE),
        ("FailedOperation.UnKnown", Trouble.OUTAGE),
    ],
)
def test_tencent_clouds_refusals(running: Running, code: str, trouble: Trouble) -> None:
    content = {"Response": {"Error": {"Code": code, "Message": ""}}}
    assert _asked(running, "tencent", 200, content) == (Finding.UNAVAILABLE, trouble)
