from __future__ import annotations

from consent.receipts.sides import PSEUDONYM_DIGITS, pseudonym

KEY = b"k" * 32


def test_another_role_grantee_person_or_key_gives_another_name() -> None:
    names = {
        pseudonym(key, role, person, grantee)
        for key in (KEY, b"another")
        for role in ("person", "grantee", "guardian")
        for person in ("AAA", "BBB")
        for grantee in ("CCC", "DDD")
    }
    assert len(names) == 24
    assert {len(each) for each in names} == {PSEUDONYM_DIGITS}


def test_it_is_the_same_name_each_time() -> None:
    assert pseudonym(KEY, "person", "AAA", "CCC") == pseudonym(KEY, "person", "AAA", "CCC")
