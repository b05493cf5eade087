"""The receipt on paper."""

from __future__ import annotations

import re
import zlib
from dataclasses import replace

import cv2
import numpy as np
import pytest
from django.utils import translation

from accounts.identity.levels import Level
from accounts.identity.wording import describe
from consent.receipts import jws, pdf
from consent.receipts.verify_offline import check, read, read_keys
from consent.receipts.wording import EVENTS, SENTENCES, sections
from consent.wording import WORDS
from tests.consent.receipts.examples import FACTS, SCOPE, document, keys_file, row

SQUARE = re.compile(rb"([\d.]+) ([\d.]+) ([\d.]+) -[\d.]+ re")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_it_is_the_same_file_each_time(language: str) -> None:
    with translation.override(language):
        assert pdf.render(row()) == pdf.render(row())


def test_it_speaks_the_readers_language() -> None:
    files = set()
    for language in ("zh-hans", "en"):
        with translation.override(language):
            files.add(pdf.render(row()))
    assert len(files) == 2


def test_it_carries_the_very_file_and_its_hash() -> None:
    receipt = row()
    file = pdf.render(receipt)
    assert jws.file_of(receipt.jws) in file
    outcome = check(file, read_keys(keys_file()))
    assert (outcome.code, outcome.sha256) == ("valid", receipt.sha256)
    assert read(file) == read(jws.file_of(receipt.jws))


def test_its_code_leads_to_the_check_of_this_receipt() -> None:
    receipt = row()
    assert pdf.check_address(receipt) == f"https://yinji.example/receipts/check?sha256={receipt.sha256}"


def test_it_says_what_its_font_cannot_draw() -> None:
    assert pdf.drawable("春节晚会 Gala · 2026") == "春节晚会 Gala · 2026"
    assert pdf.drawable("䶮\n😀") == "[U+4DAE]\n[U+1F600]"


def test_it_breaks_to_further_pages() -> None:
    scope = {**SCOPE, "channels": [f"{number}.example.com" for number in range(300)]}
    file = pdf.render(row(granted=replace(FACTS.granted, scope=scope)))
    assert len(re.findall(rb"/Type /Page\b", file)) >= 3


def test_its_code_can_be_read() -> None:
    receipt = row()
    streams = re.findall(
        rb"/FlateDecode[^>]*>>\s*stream\r?\n(.*?)\r?\nendstream", pdf.render(receipt), re.DOTALL
    )
    pages = [zlib.decompressobj().decompress(each) for each in streams]
    squares = [tuple(map(float, found)) for page in pages for found in SQUARE.findall(page)]
    assert _decoded(squares) == pdf.check_address(receipt)


def _decoded(squares: list[tuple[float, ...]]) -> str:
    """What another reader makes of the filled squares of a page."""
    side = squares[0][2]
    left, top = min(each[0] for each in squares), max(each[1] for each in squares)
    modules = np.full((80, 80), 255, np.uint8)
    for x, y, *_ in squares:
        modules[8 + round((top - y) / side), 8 + round((x - left) / side)] = 0
    picture = cv2.resize(modules, None, fx=8, fy=8, interpolation=cv2.INTER_NEAREST)
    return cv2.QRCodeDetector().detectAndDecode(picture)[0]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_its_font_draws_everything_that_the_site_says(language: str) -> None:
    with translation.override(language):
        for section in sections(document()):
            for words in (section.title, *(name for name, _ in section.rows)):
                assert pdf.drawable(words) == words
        for sentence in (*SENTENCES.values(), *EVENTS.values(), *WORDS.values(), *(map(describe, Level))):
            assert pdf.drawable(str(sentence)) == str(sentence)
