"""Fixtures that any test may ask for."""

from __future__ import annotations

import logging
import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import numpy as np
import pytest
from django.utils import translation
from numpy.typing import NDArray
from PIL import Image

pytest_plugins = ["tests.append_only"]

# CI asks whether a change holds, of the same cases each time. Who develops meets others at every run.
hypothesis.settings.register_profile("repeatable", derandomize=True)
if os.environ.get("YINJI_TESTS_MUST_NOT_SKIP"):
    hypothesis.settings.load_profile("repeatable")

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoDbBlocker

    from accounts.users.models import User
    from consent.grants.models import Grant


_DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_reset_sequences"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let every test that may reach the database reach the vault's, too."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        asks = marker is not None or not _DATABASE_FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))
        given = dict(marker.kwargs) if marker else {}
        if asks and "databases" not in given:
            item.add_marker(pytest.mark.django_db(**given, databases=["default", "vault"]), append=False)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Write down that the vault's tables are there: they were made from its models, without its migrations."""
    from django.core.management import call_command

    with django_db_blocker.unblock():
        call_command("migrate", "vault", database="vault", fake=True, verbosity=0)


@pytest.fixture(autouse=True)
def logs_are_written() -> None:
    """Start with loggers that write. In some runs of all tests one process captured no more records; what turned them off is not known."""
    logging.disable(logging.NOTSET)
    logging.root.setLevel(logging.INFO)
    for name in ("accounts", "config", "consent", "marking"):
        for logger in (each for each in _loggers() if f"{each.name}.".startswith(f"{name}.")):
            logger.disabled, logger.propagate = False, True


def _loggers() -> list[logging.Logger]:
    return [each for each in logging.root.manager.loggerDict.values() if isinstance(each, logging.Logger)]


@pytest.fixture(autouse=True)
def default_language() -> Iterator[None]:
    """Start in the site's own language: a request leaves its reader's active in the thread."""
    translation.deactivate()
    yield
    translation.deactivate()


def photograph(height: int = 384, width: int = 512, seed: int = 1) -> NDArray[np.uint8]:
    """A picture with the spectrum of a photograph (1/f noise in three channels), uint8 (H, W, 3)."""
    return _photograph(height, width, seed).copy()


@lru_cache(maxsize=32)
def _photograph(height: int, width: int, seed: int) -> NDArray[np.uint8]:
    random = np.random.default_rng(seed)
    frequencies = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :])
    frequencies[0, 0] = 1.0
    planes = []
    for _ in range(3):
        phases = random.normal(size=frequencies.shape) + 1j * random.normal(size=frequencies.shape)
        plane = np.fft.irfft2(phases / frequencies, s=(height, width))
        planes.append(plane / plane.std())
    mixed = np.stack(planes, axis=-1) @ np.array([[0.8, 0.5, 0.5], [0.4, 0.8, 0.4], [0.3, 0.3, 0.8]])
    return np.clip(mixed * 42 + 128, 0, 255).astype(np.uint8)


@pytest.fixture
def keeper() -> Iterator[None]:
    """Be the process that holds the vault's opening key."""
    from django.conf import settings

    from accounts.vault import keeper
    from accounts.vault.opening_keys import load_opening

    with keeper.holding(load_opening(settings.DATA)):
        yield


@pytest.fixture
def picture_file(tmp_path: Path) -> Path:
    """A 512 × 384 PNG with the texture of a photograph."""
    path = tmp_path / "picture.png"
    Image.fromarray(photograph()).save(path, compress_level=1)
    return path


def _account(email: str, **fields: object) -> User:
    from allauth.account.models import EmailAddress

    from accounts.users.models import User

    user = User.objects.create_user(email, "correct horse battery", **fields)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


@pytest.fixture
def user(db: None) -> User:
    """An account with a confirmed address and no real name."""
    return _account("ada@example.com")


@pytest.fixture
def verified_user(user: User) -> User:
    """The first account with a real name that the operator vouches for, and the agreement accepted."""
    from accounts.identity.documents import DocumentType
    from accounts.identity.services import vouch
    from accounts.users.services import accept_on_behalf, publish_agreement

    publish_agreement()
    document = DocumentType.RESIDENT_ID
    vouch(by=None, user=user, document_type=document, name="Ada Lovelace", number="11010519491231002X")
    accept_on_behalf(by=None, user=user)
    return user


@pytest.fixture
def other_user(db: None) -> User:
    """Somebody else."""
    return _account("ben@example.com")


@pytest.fixture
def operator(db: None) -> User:
    """A superuser."""
    return _account("operator@example.com", is_staff=True, is_superuser=True)


@pytest.fixture
def staff_user(db: None) -> User:
    """A reviewer of identities."""
    from django.contrib.auth.models import Group

    reviewer = _account("reviewer@example.com", is_staff=True)
    reviewer.groups.add(Group.objects.get_or_create(name="identity_reviewer")[0])
    return reviewer


@pytest.fixture
def person(db: None) -> User:
    """Somebody whose face others want to use."""
    from tests.consent.people import account

    return account("lin@example.com", "Lin Mei")


@pytest.fixture
def creator(db: None) -> User:
    """Somebody who wants to."""
    from tests.consent.people import NUMBERS, account

    return account("creator@example.com", "Ada Lovelace", NUMBERS[1])


@pytest.fixture
def grant(person: User, creator: User) -> Grant:
    """What the one allowed the other, in force."""
    from tests.consent.people import granted

    return granted(person, creator)
