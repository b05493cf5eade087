from __future__ import annotations

import io
import json
import re
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from accounts.records.models import Record
from accounts.records.unseen import Way

Write = Callable[..., Record]


def run(*arguments: str) -> int:
    try:
        call_command("records", *arguments)
    except SystemExit as exit_:
        return int(exit_.code or 0)
    return 0


def test_it_says_that_the_log_is_intact_and_that_nobody_witnessed_it(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    record = write()

    assert run("verify") == 0
    said = capsys.readouterr().out
    assert "1 records are as they were written (1 bodies opened, 0 erased with their keys)." in said
    assert f"Head: 1:{record.chain_hash.hex()}" in said
    assert "This covers the records alone." in said
    assert "Not witnessed" in said


def test_it_names_the_record_that_was_altered(
    write: Write, attack: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    write()
    write()
    attack("UPDATE accounts_record SET subject = 'work:9' WHERE sequence = 2")

    assert run("verify") == 1
    said = capsys.readouterr().out
    assert "record 2: The column subject differs from the entry. [column]" in said
    assert "1 findings in 2 records" in said


def test_it_does_not_tell_every_finding(
    write: Write, attack: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(103):
        write()
    attack("UPDATE accounts_record SET subject = 'work:9'")

    assert run("verify") == 1
    assert "… and 3 more." in capsys.readouterr().out


def test_it_prints_one_json_object(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write()

    assert run("verify", "--json") == 0
    assert json.loads(capsys.readouterr().out)["records"] == 1


def test_it_compares_with_a_head_noted_earlier(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    record = write()

    assert run("verify", "--expect-head", f"1:{record.chain_hash.hex()}") == 0
    assert run("verify", "--expect-head", f"2:{record.chain_hash.hex()}") == 1
    assert "record 2: The log ends at 1; it once had 2 records. [head]" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["verify", "--expect-head", "7"], ["rewrite"]])
def test_it_refuses_bad_use(db: None, arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("records", *arguments)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_it_shows_progress_on_a_terminal(write: Write) -> None:
    for _ in range(500):
        write()
    terminal = Terminal()

    call_command("records", "verify", stderr=terminal, stdout=io.StringIO())

    assert terminal.getvalue() == "500 records read …\n"


def test_it_speaks_english_whatever_the_language_of_the_site(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write()
    with override("zh-hans"):
        assert run("verify") == 0
    assert re.findall(r"[\u4e00-\u9fff]", capsys.readouterr().out) == []


def test_it_says_what_it_would_not_have_shown(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write()
    assert run("verify") == 0
    said = capsys.readouterr().out
    assert "Nothing from outside was held against these records." in said
    assert "this would not show here: a record was altered [edited]" in said
    assert run("verify", "--json") == 0
    assert json.loads(capsys.readouterr().out)["invisible"] == list(Way)
