"""A key of labels as the key file keeps it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from marking.marks.implicit_label import DatedKey, SigningKey

HEX = f"{77:064x}"


@pytest.mark.parametrize("text", [HEX, HEX + " 2026-01-31"])
def test_it_writes_what_it_reads(text: str) -> None:
    assert DatedKey.read(text).write() == text


def test_it_knows_since_when_if_somebody_wrote_it_down() -> None:
    assert DatedKey.read(HEX + " 2026-01-31") == DatedKey(SigningKey(77), date(2026, 1, 31))
    assert DatedKey.read(HEX).since is None


def test_a_new_one_is_in_use_from_today() -> None:
    before = datetime.now(UTC).date()
    since = DatedKey.new().since
    assert since is not None
    assert before <= since <= datetime.now(UTC).date()


@pytest.mark.parametrize("text", ["", HEX[:-1], HEX + " soon", HEX + "2026-01-31"])
def test_it_refuses_anything_else(text: str) -> None:
    with pytest.raises(ValueError, match=r"SM2 key|isoformat"):
        DatedKey.read(text)
