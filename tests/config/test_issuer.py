"""Who signs content credentials here."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cryptography import x509

from config import environment, issuer
from marking.marks.credential import IssuerInvalid, OwnRoots, development_issuer, read_issuer


def settings_with(**values: str) -> environment.Environment:
    return environment.read(values)


def test_it_makes_one_certificate_for_development_and_keeps_it(tmp_path: Path) -> None:
    first, roots = issuer.load(settings_with(), tmp_path)
    again, _ = issuer.load(settings_with(), tmp_path)
    assert first.is_development
    assert (first.chain, first.key) == (again.chain, again.key)
    assert roots == OwnRoots(development=first.root)
    assert oct((tmp_path / issuer.FILE_NAME).stat().st_mode & 0o777) == "0o600"
    assert [path.name for path in tmp_path.iterdir()] == [issuer.FILE_NAME]


def test_it_says_in_the_certificate_that_nobody_vouches_for_it(tmp_path: Path) -> None:
    signer, _ = issuer.load(settings_with(), tmp_path)
    assert all("vouched for by nobody" in each.subject.rfc4514_string() for each in signer.certificates)


def test_it_takes_the_certificate_that_it_is_given_and_remembers_its_own(tmp_path: Path) -> None:
    development, _ = issuer.load(settings_with(), tmp_path)
    given, older = development_issuer(), development_issuer()
    loaded, roots = issuer.load(
        settings_with(
            YINJI_CREDENTIAL_CHAIN=given.chain.decode(),
            YINJI_CREDENTIAL_KEY=given.key.decode(),
            YINJI_CREDENTIAL_OLD_ROOTS=older.root.decode(),
            YINJI_TIMESTAMP_URL="https://stamps.example.cn/",
        ),
        tmp_path,
    )
    assert (loaded.certificates, loaded.is_development) == (given.certificates, False)
    assert loaded.timestamp_url == "https://stamps.example.cn/"
    assert len(x509.load_pem_x509_certificates(roots.given)) == 2
    assert roots.development == development.root


def test_it_makes_no_certificate_where_one_is_given(tmp_path: Path) -> None:
    given = development_issuer()
    chain, key = given.chain.decode(), given.key.decode()
    _, roots = issuer.load(settings_with(YINJI_CREDENTIAL_CHAIN=chain, YINJI_CREDENTIAL_KEY=key), tmp_path)
    assert roots == OwnRoots(given=given.root)
    assert not list(tmp_path.iterdir())


def test_it_refuses_a_chain_without_its_key(tmp_path: Path) -> None:
    chain = development_issuer().chain.decode()
    with pytest.raises(IssuerInvalid, match="both YINJI_CREDENTIAL_CHAIN and"):
        issuer.load(settings_with(YINJI_CREDENTIAL_CHAIN=chain), tmp_path)


def test_it_refuses_a_private_file_that_others_can_read(tmp_path: Path) -> None:
    issuer.load(settings_with(), tmp_path)
    os.chmod(tmp_path / issuer.FILE_NAME, 0o644)
    with pytest.raises(IssuerInvalid, match="0644"):
        issuer.load(settings_with(), tmp_path)


def test_it_leaves_the_file_of_the_process_that_was_first(tmp_path: Path) -> None:
    first, _ = issuer.load(settings_with(), tmp_path)
    issuer._create(tmp_path / issuer.FILE_NAME)
    again, _ = issuer.load(settings_with(), tmp_path)
    assert again.key == first.key


def test_it_refuses_a_damaged_file(tmp_path: Path) -> None:
    path = tmp_path / issuer.FILE_NAME
    path.touch(mode=0o600)
    path.write_bytes(b"nonsense")
    with pytest.raises(IssuerInvalid, match="PEM"):
        issuer.load(settings_with(), tmp_path)


def test_it_refuses_another_s_key() -> None:
    with pytest.raises(IssuerInvalid, match="another key"):
        read_issuer(development_issuer().chain, development_issuer().key)
