"""The desk learns whether two people bear one name, and the web process that tells it never holds the name."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.functional.site import Site, running

pytestmark = pytest.mark.xdist_group("journeys")

NAMES = ("Quennelina Abrothwaite", "欧阳娜娜尔")
_TOKEN = "t" * 32

PREPARE = """
import json
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from accounts.users.models import User
from marking.desk.cases.kinds import Kind
from marking.desk.decisions import reporters, services
from tests.consent.people import NUMBERS, account
from tests.marking.desk.complaints import complaint
from marking.desk.filing.services import file_case
now = timezone.now()
reporter = account("reporter@example.org", {names[0]!r})
same = account("same@example.org", {names[0]!r}, NUMBERS[1])
other = account("other@example.org", {names[1]!r}, NUMBERS[2])
officer = User.objects.create_user("desk@example.org", "correct horse battery")
officer.groups.add(Group.objects.get_or_create(name="case_officer")[0])
case, _code = file_case(complaint(kind=Kind.IMPERSONATION, description="Somebody pretends to be me."), now=now)
services.take(by=officer, case=case, now=now)
reporters.prove(by=reporter, case=case, now=now)
browser = Client()
browser.force_login(officer)
cookie = browser.cookies["sessionid"].value
print(json.dumps([case.code, same.producer_id, other.producer_id, cookie]))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("blind")) as started:
        yield started


def test_no_name_is_in_the_memory_of_a_web_process_that_compared_it(site: Site) -> None:
    said = site.manage("shell", "-v", "0", "-c", PREPARE.format(names=NAMES))
    case, same, other, cookie = json.loads(said.splitlines()[-1])
    assert "Yes: both are verified under the same name." in compared(site, case, same, cookie)
    assert "No: they are not verified under the same name." in compared(site, case, other, cookie)

    web = web_processes(site)
    assert len(web) >= 2
    held = {pid: found_in(pid, *map(forms, (*NAMES, other))) for pid in web}
    for pid, (first, second, number) in held.items():
        assert not first, f"process {pid} holds the name as {first}"
        assert not second, f"process {pid} holds the name as {second}"
        del number
    assert any(number for _, _, number in held.values()), (
        "not even what was asked for is found: nothing was searched"
    )
    assert not any(name in site.log() for name in NAMES)


def compared(site: Site, case: str, account: str, cookie: str) -> str:
    """The page that answers an officer who asks for one account."""
    headers = {
        "Host": f"localhost:{site.port}",
        "Cookie": f"sessionid={cookie}; csrftoken={_TOKEN}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    form = urlencode({"csrfmiddlewaretoken": _TOKEN, "account": account})
    with closing(http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)) as connection:
        connection.request("POST", f"/desk/cases/{case}/compare", form, headers)
        answer = connection.getresponse()
        assert answer.status == 302, (answer.status, answer.read())
        where = answer.headers["Location"]
        # What the page is to say next lies in the session or a cookie of its own.
        more = "; ".join(each.split(";")[0] for each in answer.headers.get_all("Set-Cookie") or [])
        answer.read()
        connection.request("GET", where, headers=headers | {"Cookie": f"{headers['Cookie']}; {more}"})
        return connection.getresponse().read().decode()


def web_processes(site: Site) -> list[int]:
    """The site's processes that answer HTTP: gunicorn's arbiter and its workers."""
    commands = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in site.children()}
    return [pid for pid, command in commands.items() if b"gunicorn" in command]


def forms(text: str) -> set[bytes]:
    """How a text may lie in memory: in UTF-8, in the one to four bytes a character that Python uses, escaped as JSON does."""
    return {
        text.encode(),
        text.encode("utf-16-le"),
        text.encode("utf-32-le"),
        json.dumps(text)[1:-1].encode(),
    }


def found_in(pid: int, *wanted: set[bytes]) -> list[set[bytes]]:
    """Which of each set's forms are in the memory of a process, in what it may write to."""
    found: list[set[bytes]] = [set() for _ in wanted]
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            if not (place := re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)):
                continue
            start, end = (int(each, 16) for each in place.groups())
            try:
                memory.seek(start)
                held = memory.read(end - start)
            except (OSError, ValueError, OverflowError):
                # Of a device, or given back meanwhile.
                continue
            for one, several in zip(found, wanted, strict=True):
                one |= {each for each in several if each in held}
    return found
