from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.reasons.checking import check
from accounts.reasons.models import StatementOfReasons
from accounts.users.models import User
from tests.accounts.reasons.statements import stated

pytestmark = pytest.mark.django_db


def test_it_writes_statements_that_the_checker_accepts(user: User, tmp_path: Path) -> None:
    stated(user)
    out, said = tmp_path / "statements.json", io.StringIO()
    call_command("desk", "statements", "--out", str(out), stderr=said)
    (document,) = json.loads(out.read_text())["statements"]
    assert check(document) == []
    assert "1 statements" in said.getvalue()


def test_it_writes_to_standard_output(user: User) -> None:
    stated(user)
    out = io.StringIO()
    call_command("desk", "statements", "--since", "2026-03-02", stdout=out, stderr=io.StringIO())
    assert json.loads(out.getvalue()) == {"statements": []}


def test_it_names_a_statement_that_was_altered(user: User) -> None:
    statement = stated(user)
    StatementOfReasons.objects.filter(pk=statement.pk).update(territory=["CN"])
    said = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("desk", "statements", stdout=io.StringIO(), stderr=said)
    assert ended.value.code == 1
    assert f"{statement.pk}: territorial_scope" in said.getvalue()


def test_it_says_where_it_cannot_write(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="can be written"):
        call_command("desk", "statements", "--out", str(tmp_path), stderr=io.StringIO())
