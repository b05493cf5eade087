"""Every template and stylesheet of the site keeps the rules that its security policy and its readers rest on."""

import re
from itertools import chain
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import get_template

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"
NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
STYLES = sorted(STATIC.glob("css/*.css"))
SCRIPTS = sorted(STATIC.glob("js/**/*.js"))
EVERYTHING = "\n".join((TEMPLATES / name).read_text() for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_compiles(name: str) -> None:
    assert get_template(name) is not None


@pytest.mark.parametrize("name", NAMES)
def test_has_nothing_inline_that_the_security_policy_would_block(name: str) -> None:
    markup = (TEMPLATES / name).read_text()
    assert not re.findall(r"<style|\sstyle=|\son\w+=|javascript:|\shx-on", markup)
    assert not re.findall(r"<script(?![^>]*\ssrc=)", markup)


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("components/")])
def test_says_what_it_takes(name: str) -> None:
    assert (TEMPLATES / name).read_text().startswith("{# ")


def test_names_only_pictures_that_the_sprite_has() -> None:
    drawn = set(re.findall(r'<symbol id="(\w+)"', (STATIC / "icons/sprite.svg").read_text()))
    named = re.findall(r'(?:icon\.html" with name=|\s\w*icon=)"(\w+)"', EVERYTHING)
    assert named
    assert set(named) <= drawn


def test_links_only_files_that_exist() -> None:
    linked = set(re.findall(r"{% static '([^']+)' %}", EVERYTHING))
    assert linked
    assert [path for path in linked if finders.find(path) is None] == []


@pytest.mark.parametrize("style", STYLES, ids=lambda path: path.name)
def test_takes_nothing_from_elsewhere(style: Path) -> None:
    assert not re.findall(r"@import|url\(", style.read_text())


def test_uses_only_values_that_are_defined() -> None:
    rules = "\n".join(style.read_text() for style in STYLES)
    defined = set(re.findall(r"(--[\w-]+):", rules)) | {"--split"}  # set by <before-after>
    assert set(re.findall(r"var\((--[\w-]+)", rules)) <= defined


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_writes_no_markup_from_text_and_imports_nothing(script: Path) -> None:
    # Hashed file names would not be followed by an import; markup from text is how scripts get injected.
    assert not re.findall(
        r"innerHTML|insertAdjacentHTML|\beval\(|new Function|^import ", script.read_text(), re.M
    )


def test_defines_every_element_that_a_page_uses() -> None:
    used = set(re.findall(r"<([a-z]+-[a-z]+)[\s>]", EVERYTHING))
    defined = chain.from_iterable(
        re.findall(r'customElements\.define\("([a-z-]+)"', script.read_text()) for script in SCRIPTS
    )
    assert used
    assert used <= set(defined)
