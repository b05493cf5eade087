from __future__ import annotations

import http.client
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.records.checkpoint import TreeHead, encode
from accounts.records.entry import leaf_hash
from accounts.records.merkle import consistency_proof, root_of, subtree_of
from accounts.records.note import COSIGNATURE, Note, SigningKey, VerifierKey
from accounts.records.witness import LARGEST_REQUEST, Answer, Witness, load_key, main, server

ORIGIN = "log.example.com/records"
LOG = SigningKey(ORIGIN, bytes(range(32)))
KEY = SigningKey("witness.example.com/w1", bytes(range(1, 33)))
LEAVES = [leaf_hash(bytes([number])) for number in range(40)]
FORKED = [*LEAVES[:5], leaf_hash(b"another"), *LEAVES[6:]]


def request(
    old: int, new: int, leaves: list[bytes] = LEAVES, key: SigningKey = LOG, origin: str = ORIGIN
) -> bytes:
    """What a log asks."""
    text = TreeHead(origin, new, root_of(leaves[:new])).text
    proof = consistency_proof(old, new, subtree_of(leaves)) if old <= new else ()
    lines = "".join(f"{encode(each)}\n" for each in proof)
    return f"old {old}\n{lines}\n{Note(text, (key.sign(text),))}".encode()


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    return Witness(KEY, (LOG.verifier(),), tmp_path / "witness.sqlite3")


def test_it_signs_what_continues_what_it_saw(witness: Witness) -> None:
    for old, new in ((0, 3), (3, 3), (3, 20), (20, 40)):
        body = request(old, new)
        answer = witness.add_checkpoint(body)
        assert (answer.status, answer.type) == (200, "text/plain; charset=utf-8")
        note = Note.parse(body.partition(b"\n\n")[2] + answer.body.encode())
        assert note.verified_by([KEY.verifier(COSIGNATURE)])


def test_it_remembers_when_it_is_started_again(witness: Witness) -> None:
    witness.add_checkpoint(request(0, 20))
    again = Witness(KEY, witness.logs, witness.state)
    assert again.add_checkpoint(request(3, 40)) == Answer(409, "20\n", "text/x.tlog.size")
    assert again.add_checkpoint(request(20, 40)).status == 200


def test_it_tells_how_far_it_saw(witness: Witness) -> None:
    assert witness.add_checkpoint(request(4, 5)) == Answer(409, "0\n", "text/x.tlog.size")


def test_it_refuses_another_tree_of_the_same_size_and_keeps_both(witness: Witness) -> None:
    witness.add_checkpoint(request(0, 20))
    assert witness.add_checkpoint(request(20, 20, FORKED)) == Answer(409, "20\n", "text/x.tlog.size")
    witness.add_checkpoint(request(20, 20, FORKED))

    (pair,) = sqlite3.connect(witness.state).execute("SELECT held, offered FROM evidence").fetchall()
    roots = {TreeHead.parse(Note.parse(each).text).root for each in pair}
    assert roots == {root_of(LEAVES[:20]), root_of(FORKED[:20])}


def test_it_refuses_a_tree_that_was_rebuilt(witness: Witness) -> None:
    witness.add_checkpoint(request(0, 20))
    assert witness.add_checkpoint(request(20, 40, FORKED)).status == 422
    assert witness.add_checkpoint(request(20, 40)).status == 200


def test_it_refuses_a_log_that_shrank(witness: Witness) -> None:
    witness.add_checkpoint(request(0, 20))
    assert witness.add_checkpoint(request(20, 10)).status == 400
    assert witness.add_checkpoint(request(10, 10)).status == 409


def test_it_knows_no_other_log(witness: Witness) -> None:
    other = SigningKey("other.example.com", bytes(32))
    assert witness.add_checkpoint(request(0, 3, key=other, origin="other.example.com")).status == 404


def test_it_trusts_no_other_key(witness: Witness) -> None:
    assert witness.add_checkpoint(request(0, 3, key=SigningKey(ORIGIN, bytes(32)))).status == 403
    broken = request(0, 3).replace(b"\n3\n", b"\n4\n")
    assert witness.add_checkpoint(broken).status == 403


@pytest.mark.parametrize(
    "body",
    [b"", b"old 0\n", b"\xff", request(0, 3).replace(b"old 0", b"old 00"), request(0, 3).replace(b"old", b"new"),
     request(0, 3).replace(b"old 0\n", b"old 0\nshort\n"), request(0, 3).replace(b"old 0\n", b"old 0\n" + b"x\n" * 64),
     request(0, 3)[:-9]],
)  # fmt: skip
def test_it_refuses_what_it_cannot_read(witness: Witness, body: bytes) -> None:
    assert witness.add_checkpoint(body).status == 400


def test_of_many_at_once_none_takes_it_back(witness: Witness) -> None:
    """The race of the specification: a smaller size must never be stored over a larger one."""
    witness.add_checkpoint(request(0, 1))
    bodies = [request(1, size) for size in range(2, 18)]
    with ThreadPoolExecutor(8) as logs:
        answers = list(logs.map(witness.add_checkpoint, bodies))
    assert sorted(answer.status for answer in answers) == [200, *[409] * 15]


@pytest.fixture
def address(witness: Witness) -> Iterator[tuple[str, int]]:
    served = server(witness, ("127.0.0.1", 0))
    thread = threading.Thread(target=served.serve_forever, args=(0.02,))
    thread.start()
    yield "127.0.0.1", served.server_port
    served.shutdown()
    thread.join()
    served.server_close()


def _post(address: tuple[str, int], path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(*address, timeout=10)
    connection.request("POST", path, body, headers)
    response = connection.getresponse()
    answer = response.status, response.read()
    connection.close()
    return answer


def test_it_is_asked_over_http(address: tuple[str, int]) -> None:
    status, body = _post(address, "/w1/add-checkpoint", request(0, 3), {})
    assert status == 200
    assert body.startswith("— witness.example.com/w1 ".encode())
    assert _post(address, "/add-checkpoint", request(0, 5), {}) == (409, b"3\n")
    assert _post(address, "/other", request(0, 5), {})[0] == 404


@pytest.mark.parametrize("length", ["-1", "x", str(LARGEST_REQUEST + 1)])
def test_it_takes_no_endless_request(address: tuple[str, int], length: str) -> None:
    assert _post(address, "/add-checkpoint", b"", {"Content-Length": length})[0] == 413


def test_it_makes_its_key_once(tmp_path: Path) -> None:
    path = tmp_path / "new" / "witness.key"
    assert load_key(path, "w") == load_key(path, "w")
    assert path.stat().st_mode & 0o777 == 0o600


def test_it_runs_without_django(tmp_path: Path) -> None:
    program = "import sys; from accounts.records import witness; sys.exit(witness.main(sys.argv[1:]) or 'django' in sys.modules)"
    options = ["--name", "w.example.com", "--folder", str(tmp_path), "--show-key"]
    done = subprocess.run(
        [sys.executable, "-c", program, *options], capture_output=True, text=True, check=True
    )
    assert VerifierKey.parse(done.stdout.strip()).type == COSIGNATURE


def test_the_command_shows_its_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("witness", "--name", "w.example.com", "--folder", str(tmp_path), "--show-key")
    assert VerifierKey.parse(capsys.readouterr().out.strip()).name == "w.example.com"


@pytest.mark.parametrize("wrong", [["--log", "x"], ["--listen", "nowhere"], ["--name", "a b"]])
def test_it_refuses_bad_use(tmp_path: Path, wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--name", "w", "--folder", str(tmp_path), *wrong]
    assert main(options) == 2
    with pytest.raises(SystemExit):
        call_command("witness", *options)
    assert "cannot start" in capsys.readouterr().out
