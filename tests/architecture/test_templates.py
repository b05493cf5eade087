from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

# What the Content-Security-Policy blocks, so that a page that holds it is broken.
INLINE_STYLE = re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE)
INLINE_HANDLER = re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE)
HTMX_SCRIPT = re.compile(r"\shx-on\b|\shx-vals\s*=\s*['\"]js:", re.IGNORECASE)
INLINE_SCRIPT = re.compile(r"<script\b(?![^>]*\ssrc\s*=)", re.IGNORECASE)
SCRIPT_ADDRESS = re.compile(r"href\s*=\s*['\"]javascript:", re.IGNORECASE)
ELSEWHERE = re.compile(r"<(?:script|link|img)\b[^>]*(?:src|href)\s*=\s*['\"](?:https?:)?//", re.IGNORECASE)
COMMENT = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)


BLOCKED = (INLINE_STYLE, INLINE_HANDLER, HTMX_SCRIPT, INLINE_SCRIPT, SCRIPT_ADDRESS, ELSEWHERE)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_holds_what_the_content_security_policy_blocks(path: Path) -> None:
    source = COMMENT.sub("", path.read_text())

    assert [found.group() for forbidden in BLOCKED if (found := forbidden.search(source))] == []


@pytest.mark.parametrize(
    ("forbidden", "fault"),
    [
        (INLINE_STYLE, '<p style="color: red">'),
        (INLINE_STYLE, "<style>p {}</style>"),
        (INLINE_HANDLER, '<a href="/" onclick="go()">'),
        (HTMX_SCRIPT, '<div hx-on:click="go()">'),
        (INLINE_SCRIPT, "<script>go()</script>"),
        (SCRIPT_ADDRESS, '<a href="javascript:go()">'),
        (ELSEWHERE, '<script src="https://cdn.example/x.js">'),
    ],
)
def test_the_check_itself_finds_each_fault(forbidden: re.Pattern[str], fault: str) -> None:
    assert forbidden.search(fault)
