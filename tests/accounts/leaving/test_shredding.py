"""Whoever is erased is erased from what lies under keys of rows, too: at once, or when the law lets go of it (docs/decisions/0052)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from itertools import product

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.elevation import opening
from accounts.elevation import services as elevations
from accounts.elevation import sweeping as elevations_sweeping
from accounts.leaving import sweeping
from accounts.notices import outbox
from accounts.notices.contents import address_of
from accounts.notices.models import Notice, OutgoingMail
from accounts.own_data import sealed_files
from accounts.records.verify import verify
from accounts.retention import emptying, purging
from accounts.sanctions.states import Step
from accounts.users.erasure import RETENTION
from accounts.users.models import User
from accounts.users.services import request_deletion
from accounts.vault.rotation import key_tables, wrapped_columns
from accounts.vault.sealing import seal
from accounts.vault.wrapped_key import NONCE_BYTES, TAG_BYTES, Damaged, unwrap
from consent.grants.models import Grant
from consent.requests import services as requests
from consent.requests import sweeping as requests_sweeping
from consent.requests.delivery import deliver
from consent.requests.lifecycle import move
from consent.requests.models import Request
from consent.requests.states import RequestState
from marking.desk import sweeping as desk_sweeping
from marking.desk.appeals.appealable import find
from marking.desk.appeals.services import file_for_case, file_own, uphold
from marking.desk.cases.kinds import Kind
from marking.desk.cases.models import Case
from marking.desk.decisions import reporters
from marking.desk.decisions import services as cases
from marking.desk.filing.services import file_case
from tests.accounts.elevation.officers import approver, officer, wish
from tests.accounts.leaving.test_sweeping import dumped, media
from tests.accounts.sanctions.decisions import moderator, sanctioned
from tests.consent.people import NUMBERS, account, granted, scope_for
from tests.marking.desk.complaints import complaint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keeper")]

NAME, ADDRESS, FORMER = "Marguerite Yourcenar", "marguerite@example.org", "crayencour@example.org"
DAY = timedelta(days=1)
LEAST, MOST = 3 * 365 * DAY - DAY, 3 * 366 * DAY + DAY
"""Three years, on any calendar: kept for the one, and gone after the other."""


@dataclass(frozen=True)
class Planted:
    """A text about the person. ``ended_at``: the law keeps it for three years after that; None where it goes with the account."""

    text: str
    ended_at: datetime | None = None


@dataclass(frozen=True)
class World:
    """The person, and those whom they have to do with. What is planted happens ``now``; ``day``: of the erasure."""

    person: User
    creator: User
    clerk: User
    judge: User
    now: datetime

    @property
    def day(self) -> datetime:
        return self.now + RETENTION


def own_key(world: World) -> list[Planted]:
    """What lies under the person's own key: in a row, and in a file."""
    said, filed = "What Marguerite was told", "What Marguerite recorded"
    notice = Notice(user=world.person, kind="account.deletion_promised", subject="test")
    notice.content = seal(world.person, said, context=f"notice.content:{notice.id}")
    notice.save()
    sealed_files.store("copies/planted", world.person, BytesIO(filed.encode()), BytesIO())
    return [Planted(said), Planted(filed)]


def asked(by: User, name: str, address: str) -> Request:
    """A request that was delivered."""
    found = requests.draft(by=by, name=name, address=address, scope=scope_for(by))
    requests.send(by=by, request=found)
    deliver(found.pk)
    found.refresh_from_db()
    return found


def request(world: World) -> list[Planted]:
    """Whom the person asked, and what they were asked and never answered."""
    asked(world.person, "Zeno Ligre", "zeno@example.org")
    asked(world.creator, NAME, ADDRESS)
    return [Planted("Zeno Ligre"), Planted("zeno@example.org"), Planted(NAME)]


def contact(world: World) -> list[Planted]:
    """An address that was the person's while they answered under it."""
    answered = asked(world.creator, "Marguerite de Crayencour", FORMER)
    for state in (RequestState.VIEWED, RequestState.CONFIRMED):
        move(answered, state, by=world.person, now=world.now, person=world.person)
    return [Planted("Marguerite de Crayencour"), Planted(FORMER)]


def case(world: World) -> list[Planted]:
    """A complaint of the person that was turned down and closed, and one that nobody looked at."""
    texts = {"description": "That is Marguerite", "location": "at Marguerite's", "signature": "M. Yourcenar"}
    closed = complained(world, **texts, contact="")
    cases.take(by=world.clerk, case=closed, now=world.now)
    cases.reject(by=world.clerk, case=closed, reason="It shows somebody else.", now=world.now)
    cases.close(by=world.clerk, case=closed, now=world.now)
    complained(world, description="Marguerite complains again", contact="writes@example.org")
    kept = [Planted(each, world.now) for each in texts.values()]
    return [*kept, Planted("Marguerite complains again", world.day), Planted("writes@example.org")]


def complained(world: World, **texts: str) -> Case:
    """A complaint whose code the person showed signed in."""
    found, _code = file_case(complaint(kind=Kind.COPYRIGHT, **texts), now=world.now)
    reporters.prove(by=world.person, case=found, now=world.now)
    return found


def appeal(world: World) -> list[Planted]:
    """What the person wrote against a measure, and what they wrote because a complaint was turned down."""
    sanction = sanctioned(world.person, world.clerk, Step.WARN, now=world.now)
    decision = find("sanction", str(sanction.pk))
    assert decision
    file_own(by=world.person, decision=decision, text="What Marguerite says against it", now=world.now)
    turned_down = complained(world, description="Marguerite's second complaint", contact="")
    cases.take(by=world.clerk, case=turned_down, now=world.now)
    cases.reject(by=world.clerk, case=turned_down, reason="It shows somebody else.", now=world.now)
    again = file_for_case(case=turned_down, text="What Marguerite says to that", now=world.now)
    uphold(by=world.judge, appeal=again, reasons="Marguerite is not in the picture.", now=world.now)
    cases.close(by=world.clerk, case=turned_down, now=world.now)
    kept = (
        "Marguerite's second complaint",
        "What Marguerite says to that",
        "Marguerite is not in the picture.",
    )
    return [Planted("What Marguerite says against it"), *(Planted(each, world.now) for each in kept)]


def elevation(world: World) -> list[Planted]:
    """An opening of the person's name, with a reason that says it."""
    asker, reason = officer("asks@example.com", "tracing_officer"), "The police ask for Marguerite."
    opened = elevations.ask(by=asker, wish=wish(world.person, reason=reason))
    for role in ("tracing_officer", "privacy_officer"):
        opened = approver(f"{role}@example.com", role).approve(opened)
    assert opening.open_approved(opened.pk)
    opened.refresh_from_db()
    elevations.view(opened.persons.get(), by=asker)
    elevations.close(opened, by=asker)
    return [Planted(reason, world.now)]


def mail(world: World) -> list[Planted]:
    """A mail to the person that no server took."""
    said = {"title": "What is written to Marguerite"}
    outbox.write_mail(
        address=ADDRESS.upper(), template="notice", params=said, language="en",
        not_after=world.day + 3 * DAY, now=world.now,
    )  # fmt: skip
    return [Planted(said["title"])]


PLANTING: dict[str, Callable[[World], list[Planted]]] = {
    "accounts_personkey": own_key,
    "consent_request": request,
    "consent_contact": contact,
    "marking_case": case,
    "marking_appeal": appeal,
    "accounts_elevation": elevation,
    "accounts_outgoingmail": mail,
}
"""For every table of keys: what lies under its keys of somebody who is erased, and when that has to be gone."""


def test_of_every_table_of_keys_it_is_decided_what_an_erasure_does() -> None:
    assert set(PLANTING) == set(key_tables())


@pytest.fixture
def world(db: None) -> World:
    world = World(
        account(ADDRESS, NAME), account("creator@example.com", "Ada Lovelace", NUMBERS[1]),
        moderator("clerk"), moderator("judge"), timezone.now(),
    )  # fmt: skip
    world.clerk.groups.add(Group.objects.get_or_create(name="case_officer")[0])
    return world


def test_what_lay_under_any_key_is_gone_at_once_or_when_the_law_lets_go_of_it(world: World) -> None:
    planted = [each for table in PLANTING for each in planted_in(table, world)]
    texts = [each.text for each in planted]
    assert found(texts, [*dumped(), *media()]) == set(texts)  # with the keys that stand, all of it opens
    kept_for_long = [*dumped(without=key_tables()), *media()]
    request_deletion(by=world.person, now=world.now)

    assert sweeping.sweep(now=world.day) == 1
    close_what_is_open(world)

    for each in planted:
        assert (each.text in left([each], kept_for_long)) is (each.ended_at is not None), each
    for ended_at in sorted({each.ended_at for each in planted if each.ended_at is not None}):
        ending = [each for each in planted if each.ended_at == ended_at]
        sweep(ended_at + LEAST)
        assert left(ending, kept_for_long) == {each.text for each in ending}
        sweep(ended_at + MOST)
        assert left(ending, kept_for_long) == set()
    assert left(planted, kept_for_long) == set()
    assert found([ADDRESS, FORMER], dumped()) == set()
    findings = verify(is_deep=True)
    assert findings.is_intact
    assert findings.erased > 0


def test_no_key_lies_in_the_backup_that_is_kept_for_long(world: World) -> None:
    for table in PLANTING:
        planted_in(table, world)
    assert any(is_wrapped(each) for each in dumped())
    assert not any(is_wrapped(each) for each in [*dumped(without=key_tables()), *media()])


def test_what_was_written_to_them_on_the_way_is_erased_with_the_rest(world: World) -> None:
    """The revocation of what they were granted is told to them: nobody reads that any more."""
    granted(world.creator, world.person)
    request_deletion(by=world.person, now=world.now)
    sweeping.sweep(now=world.day)
    assert Grant.objects.get().state == "revoked"
    assert not Notice.objects.filter(user=world.person).exists()
    assert ADDRESS not in {address_of(each) for each in OutgoingMail.objects.filter(state="waiting")}


def planted_in(table: str, world: World) -> list[Planted]:
    """Plant it, and let all mail go out that has to be by the day of the erasure."""
    planted = PLANTING[table](world)
    if table != "accounts_outgoingmail":
        outbox.sweep(timezone.now(), 100)
    return planted


def close_what_is_open(world: World) -> None:
    for open_case in Case.objects.filter(state="received"):
        cases.take(by=world.clerk, case=open_case, now=world.day)
        cases.reject(by=world.clerk, case=open_case, reason="It shows somebody else.", now=world.day)
        cases.close(by=world.clerk, case=open_case, now=world.day)


def sweep(now: datetime) -> None:
    """All that the scheduler does, at a time."""
    purging.run(now=now)
    emptying.run(now=now)
    for each in (requests_sweeping, desk_sweeping, elevations_sweeping):
        each.sweep(now=now)
    outbox.sweep(now, 100)


def left(planted: Iterable[Planted], backup: list[bytes]) -> set[str]:
    """Which texts anybody finds who has database, files, a backup, and every key that is left."""
    return found([each.text for each in planted], [*dumped(), *backup, *media()])


def found(texts: Iterable[str], cells: list[bytes]) -> set[str]:
    """Which of ``texts`` lie open in ``cells``, or under any key of any row, wherever it was sealed for."""
    known = list(keys())
    shown = b"\n".join(each for cell in cells for each in (cell, *opened(cell, known)))
    return {text for text in texts if text.encode() in shown}


def keys() -> Iterator[bytes]:
    for model, name in wrapped_columns():
        standing = model._default_manager.filter(**{f"{name}__isnull": False})
        yield from (unwrap(each) for each in standing.values_list(name, flat=True))


def opened(cell: bytes, known: Iterable[bytes]) -> Iterator[bytes]:
    """``cell`` under each key, as a value or as a piece of a file, behind its length. AES-GCM encrypts in counter mode, from 2 (SP 800-38D): no place is asked for."""
    for sealed, key in product((cell, cell[4:]), known):
        if len(sealed) > NONCE_BYTES + TAG_BYTES:
            counter = CTR(sealed[:NONCE_BYTES] + (2).to_bytes(4, "big"))
            yield Cipher(AES(key), counter).decryptor().update(sealed[NONCE_BYTES:-TAG_BYTES])


def is_wrapped(cell: bytes) -> bool:
    """Whether a master key of this installation opens it."""
    try:
        unwrap(cell)
    except Damaged:
        return False
    return True
