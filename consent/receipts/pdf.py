"""A receipt on paper: the same facts in the reader's language, a QR code that leads to its check, and the JSON file inside."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import segno
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import WrapMode, XPos, YPos

from consent.receipts import jws
from consent.receipts.wording import Section, sections

if TYPE_CHECKING:
    from consent.receipts.models import Receipt

# Millimetres on A4.
MARGIN = 18
NAME_WIDTH = 52
GAP = 4
LINE = 5.2
QR_SIDE = 34
QUIET_MODULES = 4
"""White around the code (ISO/IEC 18004:2015, 9.1)."""

INK, GREY, RULE = (26, 26, 26), (105, 105, 105), (200, 200, 200)
FAMILY = "receipt"


def render(receipt: Receipt) -> bytes:
    """Return the PDF of ``receipt`` in the active language. The same receipt in the same language gives the same bytes."""
    page = _Page(receipt)
    page.add_page()
    page.draw_head()
    for section in sections(receipt.document):
        page.draw(section)
    page.draw_limits()
    return bytes(page.output())


def check_address(receipt: Receipt) -> str:
    """Return where the QR code leads: only whoever holds the receipt knows the hash in it."""
    verification = receipt.document["verification"]
    return f"{verification['check']}?sha256={receipt.sha256}"


def drawable(text: str) -> str:
    """Return ``text`` with the characters that the font lacks as their code points, such as [U+4DAE]."""
    return "".join(
        each if ord(each) in _characters() or each == "\n" else f"[U+{ord(each):04X}]" for each in text
    )


def _wrapping(text: str) -> WrapMode:
    """Chinese is broken anywhere, other text between words: Chinese has few spaces, and they are no better places."""
    return WrapMode.CHAR if any("\u4e00" <= each <= "\u9fff" for each in text) else WrapMode.WORD


@cache
def _characters() -> frozenset[int]:
    """The code points that the font can draw."""
    with TTFont(settings.FONT) as font:
        return frozenset(font.getBestCmap())


class _Page(FPDF):
    """The receipt's sheet of paper, with the hash at the foot of each page."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(format="A4")
        self.receipt = receipt
        self.set_creation_date(receipt.issued_at)  # not now: the same receipt is the same file
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(True, margin=MARGIN + 8)
        self.add_font(FAMILY, fname=settings.FONT)
        self.set_title(_("Receipt of a consent"))
        self.set_lang(get_language() or settings.LANGUAGE_CODE)
        self.set_producer("Yinji")
        self._attach()

    def _attach(self) -> None:
        """Put the JSON file inside (ISO 32000-2, 7.11.4), as it is, so that the program finds it without unpacking anything."""
        issued_at = self.receipt.issued_at
        self.embed_file(
            bytes=jws.file_of(self.receipt.jws),
            basename=f"receipt-{self.receipt.reference}.json",
            desc=_("The signed receipt"),
            creation_date=issued_at,
            modification_date=issued_at,
            compress=False,
        )

    def footer(self) -> None:
        """Write the hash and the number of the page; fpdf calls it for each."""
        self.set_y(-MARGIN - 2)
        self._write(f"SHA-256 {self.receipt.sha256} · {self.page_no()}", size=7.5, colour=GREY)

    def draw_head(self) -> None:
        """Write the title, what it is, and the code."""
        top = self.get_y()
        self._draw_code(self.w - MARGIN - QR_SIDE, top)
        width = self.epw - QR_SIDE - GAP
        self._write(_("Receipt of a consent"), size=20, width=width, line=9)
        self.ln(1)
        lead = _(
            "A person agreed to a use of their likeness. This paper says the same as the signed record that is attached to this PDF; "
            "the record counts. The code leads to a page that checks it and says whether the consent still stands."
        )
        self._write(lead, size=9.5, colour=GREY, width=width)
        self.set_y(max(self.get_y(), top + QR_SIDE) + GAP)

    def draw(self, section: Section) -> None:
        """Write one section: its title, a rule, and the facts beside their names."""
        if self.will_page_break(4 * LINE):
            self.add_page()
        self._write(section.title, size=12, line=7)
        self.set_draw_color(*RULE)
        self.line(MARGIN, self.get_y(), self.w - MARGIN, self.get_y())
        self.ln(1.5)
        for name, value in section.rows:
            self._draw_row(name, value)
        self.ln(GAP)

    def draw_limits(self) -> None:
        """Write what the paper does not prove."""
        limits = _(
            "The signature proves that this site stated these facts at that time. It does not prove who the person is, nor that the consent "
            "still stands: it can be withdrawn at any time. Whoever wants to check it without this site takes the attached file, the "
            "program and the keys from %(keys)s."
        )
        keys = self.receipt.document["verification"]["keys"]
        self._write(limits % {"keys": keys}, size=8.5, colour=GREY)

    def _draw_row(self, name: str, value: str) -> None:
        lines = self._lines(value, self.epw - NAME_WIDTH - GAP)
        if self.will_page_break(max(lines, self._lines(name, NAME_WIDTH)) * LINE):
            self.add_page()
        top = self.get_y()
        self._write(name, size=9, colour=GREY, width=NAME_WIDTH)
        below = self.get_y()
        self.set_xy(MARGIN + NAME_WIDTH + GAP, top)
        self._write(value, size=9, width=self.epw - NAME_WIDTH - GAP)
        self.set_xy(MARGIN, max(self.get_y(), below))

    def _lines(self, text: str, width: float) -> int:
        self.set_font(FAMILY, size=9)
        found = self.multi_cell(
            width, LINE, drawable(text), dry_run=True, output="LINES", align="L", wrapmode=_wrapping(text)
        )
        return len(found) if isinstance(found, list) else 1

    def _write(
        self,
        text: str,
        *,
        size: float,
        colour: tuple[int, int, int] = INK,
        width: float = 0,
        line: float = LINE,
    ) -> None:
        self.set_font(FAMILY, size=size)
        self.set_text_color(*colour)
        self.multi_cell(
            width,
            line,
            drawable(text),
            align="L",
            wrapmode=_wrapping(text),
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )

    def _draw_code(self, left: float, top: float) -> None:
        code = segno.make(check_address(self.receipt), error="m", micro=False)
        side = QR_SIDE / code.symbol_size(border=QUIET_MODULES)[0]
        self.set_fill_color(*INK)
        for y, row in enumerate(code.matrix_iter(border=QUIET_MODULES)):
            for x, is_dark in enumerate(row):
                if is_dark:
                    self.rect(left + x * side, top + y * side, side, side, style="F")
