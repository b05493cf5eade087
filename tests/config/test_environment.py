from __future__ import annotations

from pathlib import Path

import pytest

from config import environment


def test_it_has_a_default_for_every_variable() -> None:
    read = environment.read({})
    assert {variable.name for variable in environment.VARIABLES} == set(read.values)
    assert read["YINJI_PORT"] == 8000


def test_it_names_all_wrong_variables_at_once() -> None:
    wrong = {
        "YINJI_PORT": "99999",
        "YINJI_DEBUG": "perhaps",
        "BROKER_URL": "ftp://secret-word@host",
        "YINJI_SITE_URL": "yinji.example",
        "YINJI_PROVIDER_USCC": "91110102MACQD9K641",
        "YINJI_PROVIDER_NAME": "名字",
        "YINJI_LABEL": "fr",
        "YINJI_JURISDICTIONS": "CN,Atlantis",
        "YINJI_UNLABELLED_COPIES": "sometimes",
        "YINJI_TIME_ZONE": "Mars/Base",
        "DATABASE_URL": "nonsense",
        "STORAGE_URL": "s3://bucket/x",
    }
    with pytest.raises(environment.EnvironmentInvalid) as caught:
        environment.read(wrong)
    named = {sentence.split(":")[0] for sentence in caught.value.sentences}
    assert named == set(wrong)
    assert "secret-word" not in str(caught.value)
    assert "expected a whole number from 1 to 65535; found '99999'" in str(caught.value)


def test_it_reads_a_value_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "port"
    secret.write_text("8123\n")
    assert environment.read({"YINJI_PORT_FILE": str(secret)})["YINJI_PORT"] == 8123


def test_it_refuses_a_value_that_is_given_twice(tmp_path: Path) -> None:
    with pytest.raises(environment.EnvironmentInvalid, match="only one of YINJI_PORT and YINJI_PORT_FILE"):
        environment.read({"YINJI_PORT": "1", "YINJI_PORT_FILE": str(tmp_path)})


def test_it_says_when_the_file_of_a_value_is_missing(tmp_path: Path) -> None:
    with pytest.raises(environment.EnvironmentInvalid, match="DATABASE_URL"):
        environment.read({"DATABASE_URL_FILE": str(tmp_path / "nothing")})


def test_it_masks_secrets_when_shown() -> None:
    read = environment.read(
        {"DATABASE_URL": "postgres://me:hunter2@db/yinji", "YINJI_SITE_URL": "https://a.example/"}
    )
    shown = {variable.name: text for variable, text in read.shown()}
    assert shown["DATABASE_URL"] == environment.MASK
    assert shown["BROKER_URL"] == "spool://localhost"
    assert read["YINJI_SITE_URL"] == "https://a.example"


@pytest.mark.parametrize(("text", "flag"), [("yes", True), ("OFF", False), ("1", True)])
def test_it_reads_flags(text: str, flag: bool) -> None:
    assert environment.read({"YINJI_DEBUG": text})["YINJI_DEBUG"] is flag


@pytest.mark.parametrize("address", ["http://host:99999", "https://host/path", "ftp://host", "host"])
def test_it_refuses_an_address_that_is_none(address: str) -> None:
    with pytest.raises(environment.EnvironmentInvalid, match="YINJI_SITE_URL"):
        environment.read({"YINJI_SITE_URL": address})


def test_a_real_name_is_checked_again_within_three_years() -> None:
    assert environment.read({"YINJI_IDENTITY_MONTHS": "36"})["YINJI_IDENTITY_MONTHS"] == 36
    with pytest.raises(
        environment.EnvironmentInvalid, match="1 to 36: a real name is checked again after three years"
    ):
        environment.read({"YINJI_IDENTITY_MONTHS": "37"})


@pytest.mark.parametrize(
    "value",
    [
        "http://a.example",
        "https://a.example/x",
        "https://10.0.0.1",
        "https://localhost",
        "https://[::1]",
        "https://",
    ],
)
def test_other_origins_of_a_provider_are_public_and_on_tls(value: str) -> None:
    origins = environment.read({"YINJI_IDENTITY_ORIGINS": "https://a.example, https://8.8.8.8"})
    assert origins["YINJI_IDENTITY_ORIGINS"] == {"https://a.example", "https://8.8.8.8"}
    with pytest.raises(environment.EnvironmentInvalid, match="YINJI_IDENTITY_ORIGINS"):
        environment.read({"YINJI_IDENTITY_ORIGINS": value})
