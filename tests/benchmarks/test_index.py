"""``manage.py benchmark index``."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command


def test_it_measures_both_radii_beside_a_brute_scan() -> None:
    written, told = StringIO(), StringIO()
    call_command("benchmark", "index", "--rows", "120000", "--queries", "2", stdout=written, stderr=told)
    assert "120000 rows are packed" in told.getvalue()
    lines = [line.split("|")[1].strip() for line in written.getvalue().splitlines() if line.startswith("| ")]
    assert lines == ["search", "index, radius 31", "index, radius 80", "brute scan by NumPy, any radius"]
    assert " bytes a row, " in written.getvalue()


@pytest.mark.parametrize(
    ("option", "found"), [(("--rows", "9"), "9 and 100"), (("--queries", "1"), "10000000 and 1")]
)
def test_it_refuses_what_it_cannot_measure(option: tuple[str, str], found: str) -> None:
    with pytest.raises(
        CommandError, match=f"expected more than 50000 rows and 2 queries or more, found {found}"
    ) as no:
        call_command("benchmark", "index", *option)
    assert no.value.returncode == 2
