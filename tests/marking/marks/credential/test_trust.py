"""The vendored trust lists."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from cryptography import x509

from marking.marks.credential import trust

FOLDER = Path(trust.__file__).parent


@pytest.mark.parametrize(("name", "count"), [("C2PA-TRUST-LIST.pem", 30), ("C2PA-TSA-TRUST-LIST.pem", 22)])
def test_each_list_is_the_one_that_its_page_describes(name: str, count: int) -> None:
    data = (FOLDER / name).read_bytes()
    assert f"| `{name}` |" in (FOLDER / "README.md").read_text()
    assert hashlib.sha256(data).hexdigest() in (FOLDER / "README.md").read_text()
    assert len(x509.load_pem_x509_certificates(data)) == count
