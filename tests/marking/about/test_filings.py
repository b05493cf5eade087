from __future__ import annotations

import pytest

from marking.about.filings import Filing, read_filings


def test_none_are_read_from_nothing() -> None:
    assert read_filings(" ") == ()


def test_numbers_may_hold_spaces_and_each_has_its_address() -> None:
    text = "网信算备 110108000001号 https://beian.cac.gov.cn/a?b=1, 2 https://example.com"
    assert read_filings(text) == (
        Filing("网信算备 110108000001号", "https://beian.cac.gov.cn/a?b=1"),
        Filing("2", "https://example.com"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "1",
        "https://example.com",
        "1 http://example.com",
        "1 javascript:alert(1)",
        "1 https://",
        "1 https://a.example, ",
        f"{'1' * 101} https://example.com",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a number, a space and an https address"):
        read_filings(text)
