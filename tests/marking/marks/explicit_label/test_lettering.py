"""The label font and the ink it makes."""

from __future__ import annotations

import pytest
from PIL import ImageFont

from marking.marks.explicit_label import Wording
from marking.marks.explicit_label.lettering import FONT_PATH, ink, measured_capital_height, missing_characters


def test_it_is_a_renamed_font_with_its_licence() -> None:
    assert ImageFont.truetype(FONT_PATH, 12).getname() == ("Yinji Label Sans", "Regular")
    licence = (FONT_PATH.parent / "OFL.txt").read_text()
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "Adobe" in licence


def test_it_holds_gb_2312_and_latin() -> None:
    rows = range(0xB0, 0xF8)
    han = b"".join(bytes((row, cell)) for row in rows for cell in range(0xA1, 0xFF)).decode(
        "gb2312", errors="ignore"
    )

    assert len(han) == 6763
    assert missing_characters(han[::50] + "".join(map(chr, range(0x20, 0x7F))) + "·") == ""


@pytest.mark.parametrize("wording", list(Wording))
def test_it_draws_every_wording(wording: Wording) -> None:
    assert missing_characters(wording) == ""


def test_it_names_the_characters_it_lacks() -> None:
    assert missing_characters("AI龘生龘𠀀") == "龘𠀀"


def test_it_refuses_a_text_it_cannot_draw() -> None:
    with pytest.raises(ValueError, match="found '龘', which it lacks"):
        ink(("AI龘",), 20)


def test_it_refuses_letters_without_height() -> None:
    with pytest.raises(ValueError, match="at least 1 pixel, found 0"):
        ink(("AI",), 0)


@pytest.mark.parametrize("capital_height", [6, 7, 8, 9, 10, 15, 33, 51, 108, 216])
def test_it_inks_the_height_asked_for(capital_height: int) -> None:
    assert capital_height <= measured_capital_height(capital_height) <= capital_height + 1


def test_it_keeps_its_cached_ink_from_being_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        ink(("AI",), 20)[0, 0] = 1
