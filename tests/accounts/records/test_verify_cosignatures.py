from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from accounts.records.models import Checkpoint, Cosignature
from accounts.records.note import COSIGNATURE, Note, SigningKey
from accounts.records.verify import Findings
from accounts.records.verify_tree import check_bytes, quick
from accounts.records.witnesses import Witness

from .conftest import NOON, codes, said

Check = Callable[[Findings], None]
KEY, OTHER = SigningKey("w.example.com", bytes(32)), SigningKey("other.example.com", bytes([1] * 32))

pytestmark = pytest.mark.parametrize("check", [quick, check_bytes])


@pytest.fixture
def watched(settings: Any) -> None:
    """Two witnesses are named."""
    watching = tuple(Witness(each.verifier(COSIGNATURE), "http://127.0.0.1:9") for each in (KEY, OTHER))
    values = {**settings.ENVIRONMENT.values, "YINJI_WITNESSES": watching}
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, values=values)


@pytest.fixture
def cosigned(signed: Checkpoint, watched: None) -> Cosignature:
    """What the first of them signed."""
    line = str(KEY.cosign(Note.parse(signed.note).text, 1))
    return Cosignature.objects.create(checkpoint=signed, witness=KEY.name, line=line, at=NOON)


def found(check: Check) -> set[tuple[int, str]]:
    findings = Findings()
    check(findings)
    return codes(findings)


def test_it_finds_no_fault_in_one_of_a_witness_known_or_not(
    cosigned: Cosignature, check: Check, settings: Any
) -> None:
    assert found(check) == set()
    settings.ENVIRONMENT = replace(
        settings.ENVIRONMENT, values={**settings.ENVIRONMENT.values, "YINJI_WITNESSES": ()}
    )
    assert found(check) == set()


def test_it_finds_one_over_another_text(signed: Checkpoint, watched: None, check: Check) -> None:
    line = str(KEY.cosign("another text\n", 1))
    Cosignature.objects.create(checkpoint=signed, witness=KEY.name, line=line, at=NOON)
    assert found(check) == {(6, "cosignature")}


@pytest.mark.parametrize("witness", [OTHER.name, "nobody.example.com", ""])
def test_it_finds_one_that_was_given_to_another_witness(
    cosigned: Cosignature, attack: Callable[..., None], check: Check, witness: str
) -> None:
    attack("UPDATE accounts_cosignature SET witness = %s", (witness,))
    assert found(check) == {(6, "cosignature")}
    assert said()[0] == 1


def test_it_finds_one_that_was_moved_to_another_checkpoint(
    cosigned: Cosignature, attack: Callable[..., None], check: Check
) -> None:
    attack("UPDATE accounts_cosignature SET checkpoint_id = 4")
    assert found(check) == {(4, "cosignature")}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite lets a row name what is not there")
@pytest.mark.parametrize(("number", "told"), [(5, 5), ("none", 1)])
def test_it_finds_one_whose_checkpoint_is_not_there(
    cosigned: Cosignature, attack: Callable[..., None], check: Check, number: object, told: int
) -> None:
    attack("UPDATE accounts_cosignature SET checkpoint_id = %s", (number,))
    findings = found(check)
    attack("UPDATE accounts_cosignature SET checkpoint_id = 6")
    assert findings == {(told, "cosignature")}


def test_it_finds_a_line_that_is_none(
    cosigned: Cosignature, attack: Callable[..., None], check: Check
) -> None:
    attack("UPDATE accounts_cosignature SET line = %s", ("\u2014 nothing\n",))
    assert found(check) == {(6, "cosignature")}
