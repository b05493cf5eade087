from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.records import export, signing
from accounts.records.checkpoint import check_proof
from accounts.records.entry import leaf_hash
from accounts.records.models import Checkpoint, Cosignature, Record
from accounts.records.note import COSIGNATURE, SigningKey
from accounts.records.package import verify
from accounts.records.sequencing import advance
from accounts.records.tile_files import TileFiles
from accounts.records.tiles import Tile
from accounts.records.witnesses import Witness
from accounts.users.models import User
from accounts.vault.sealing import destroy

from .conftest import NOON

Write = Callable[..., Record]
Attack = Callable[..., None]
PROGRAM = Path(export.__file__).parent / "package" / "verify.py"
WITNESS = SigningKey("w.example.com", bytes(32))


@pytest.fixture
def work(write: Write, files: TileFiles, user: User, other_user: User) -> str:
    """A work with an open body, a personal one and an erased one, between records of other works."""
    write(subject="work:A", body={"tool": "画笔", "n": 1})
    write(subject="work:B")
    write(subject="work:A", person=user, kind="contact.opted_in", body={"secret": "between us"})
    write(subject="work:A", person=other_user, kind="account.deletion_cancelled")
    for number in range(5):
        write(subject=f"work:C{number}")
    destroy(other_user)
    return "work:A"


@pytest.fixture
def package(work: str) -> export.Package:
    return export.package(subject=work)


def unpacked(package: export.Package) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package.content)) as content:
        return {name: content.read(name) for name in content.namelist()}


def checked(files: dict[str, bytes] | bytes, folder: Path, key: str | None = None) -> verify.Package:
    """What the package's own program says of these files."""
    path = folder / "checked.zip"
    if isinstance(files, bytes):
        path.write_bytes(files)
    else:
        with zipfile.ZipFile(path, "w") as content:
            for name, data in files.items():
                content.writestr(name, data)
    return verify.Package(str(path)).check(key)


def test_it_holds_the_records_of_one_work(package: export.Package) -> None:
    files = unpacked(package)
    entries = files["records.jsonl"].splitlines()
    assert [json.loads(each)["subject"] for each in entries] == ["work:A"] * 3
    assert set(files) == {
        "manifest.json", "manifest.note", "keys.json", "records.jsonl", "checkpoints/9.txt", "schema/records.json",
        "README.en.md", "README.zh.md", "verify.py",
        *(f"{folder}/{number}.{kind}" for folder, kind in (("bodies", "json"), ("proofs", "tlog-proof")) for number in (1, 3, 4)),
    }  # fmt: skip


def test_it_opens_what_is_about_nobody_and_redacts_the_rest(package: export.Package) -> None:
    files = unpacked(package)
    assert json.loads(files["bodies/1.json"])["body"] == {"tool": "画笔", "n": 1, "session": "none"}
    assert json.loads(files["bodies/3.json"]) == {"redacted": "personal"}
    assert json.loads(files["bodies/4.json"]) == {"redacted": "erased"}
    assert b"between us" not in package.content
    assert (package.records, package.opened, package.redacted) == (3, 1, 2)


def test_it_opens_personal_bodies_for_whom_may(work: str, tmp_path: Path) -> None:
    package = export.package(subject=work, may_open=lambda record: True)
    assert json.loads(unpacked(package)["bodies/3.json"])["body"] == {
        "secret": "between us",
        "session": "none",
    }
    assert checked(package.content, tmp_path).findings == []


def test_its_proofs_are_what_other_programs_read(package: export.Package) -> None:
    files, name = unpacked(package), signing.origin()
    for entry in files["records.jsonl"].splitlines():
        number = json.loads(entry)["seq"]
        proof = files[f"proofs/{number}.tlog-proof"].decode()
        assert check_proof(proof, leaf_hash(entry), origin=name, keys=signing.log_keys(name)) == number - 1


def test_it_is_the_same_when_it_is_made_again_later(work: str, package: export.Package, write: Write) -> None:
    write(subject="work:D")
    advance()
    assert export.package(subject=work).content == package.content


def test_it_proves_itself_without_network_and_packages(package: export.Package, tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(package.content)
    with zipfile.ZipFile(path) as content:
        content.extractall(tmp_path / "out")
    key = str(signing.log_keys(signing.origin())[0])
    for target in (path, tmp_path / "out"):
        done = subprocess.run(
            [
                sys.executable,
                "-I",
                "-S",
                str(tmp_path / "out" / "verify.py"),
                str(target),
                "--key",
                key,
                "--json",
            ],
            capture_output=True,
            text=True,
            env={},
        )
        told = json.loads(done.stdout)
        assert (done.returncode, told["findings"], told["standing"]) == (0, [], "not witnessed")
        assert told["bodies"] == {"opened": 1, "redacted": 1, "erased": 1}


def test_its_program_is_short_and_knows_only_the_standard_library() -> None:
    lines = PROGRAM.read_text().splitlines()
    assert len(lines) < 500
    imports = {line.split()[1].partition(".")[0] for line in lines if line.startswith(("import ", "from "))}
    assert imports <= set(sys.stdlib_module_names)
    assert not imports & {"socket", "http", "urllib", "ssl", "subprocess"}


def test_every_flipped_byte_of_every_file_is_found(package: export.Package, tmp_path: Path) -> None:
    """Every file at its ends and at some places between."""
    files = unpacked(package)
    for name, data in files.items():
        step = max(1, len(data) // 7)
        for at in {*range(0, len(data), step), len(data) - 1}:
            flipped = data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :]
            assert checked({**files, name: flipped}, tmp_path).findings, (name, at)


def test_every_flipped_byte_of_the_zip_is_found_or_changes_nothing(
    package: export.Package, tmp_path: Path
) -> None:
    files = unpacked(package)
    for at in range(0, len(package.content), max(1, len(package.content) // 300)):
        content = bytearray(package.content)
        content[at] ^= 1 << at % 8
        found = checked(bytes(content), tmp_path)
        assert found.findings or found.files == files, at


def test_a_package_that_was_compressed_and_damaged_is_a_finding_or_unchanged(
    package: export.Package, tmp_path: Path
) -> None:
    files, packed = unpacked(package), io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as content:
        for name, data in files.items():
            content.writestr(name, data)
    assert checked(packed.getvalue(), tmp_path).findings == []
    for at in range(0, len(packed.getvalue()), len(packed.getvalue()) // 100):
        damaged = bytearray(packed.getvalue())
        damaged[at : at + 20] = b"\xff" * len(damaged[at : at + 20])
        found = checked(bytes(damaged), tmp_path)
        assert found.findings or found.files == files, at


@pytest.mark.parametrize("change", ["drop", "add", "twice"])
def test_missing_and_additional_files_are_found(package: export.Package, tmp_path: Path, change: str) -> None:
    files = unpacked(package)
    for name in files:
        altered = dict(files)
        if change == "drop":
            del altered[name]
        elif change == "add":
            altered[f"{name}.more"] = b"x"
        else:
            altered[f"bodies/{name}"] = b"x"
        assert checked(altered, tmp_path).findings, name


def _resigned(files: dict[str, bytes], seed: bytes) -> dict[str, bytes]:
    """The manifest made anew over altered files and signed with ``seed``: what the owner of that key can do."""
    from hashlib import sha256

    from accounts.records.canonical import canonical
    from accounts.records.note import Note

    manifest = json.loads(files["manifest.json"])
    manifest["files"] = {
        name: sha256(data).hexdigest() for name, data in files.items() if not name.startswith("manifest")
    }
    content = canonical(manifest)
    text = f"{export.SIGNED_AS}\n{sha256(content).hexdigest()}\n"
    note = str(Note(text, (SigningKey(signing.origin(), seed).sign(text),))).encode()
    return {**files, "manifest.json": content, "manifest.note": note}


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("records.jsonl", b"contact.opted_in", b"contact.opted_up"),
        ("records.jsonl", b'"seq":3', b'"seq":2'),
        ("records.jsonl", b"work:A", b"work:B"),
        ("bodies/1.json", b'"n":1', b'"n":2'),
        ("bodies/1.json", b'"salt"', b'"sale"'),
        ("bodies/3.json", b"personal", b"mistake"),
        ("proofs/3.tlog-proof", b"index 2", b"index 3"),
        ("proofs/3.tlog-proof", b"@v1", b"@v2"),
        ("proofs/3.tlog-proof", b"\n9\n", b"\n8\n"),
        ("checkpoints/9.txt", b"\n9\n", b"\n8\n"),
        ("checkpoints/9.txt", b"127.0", b"128.0"),
        ("keys.json", b"127.0", b"128.0"),
    ],
)
def test_the_operator_cannot_alter_a_package_and_sign_it_again(
    package: export.Package, tmp_path: Path, settings: Any, name: str, old: bytes, new: bytes
) -> None:
    """Forged proof, swapped identity, body edited under an intact tree."""
    files = unpacked(package)
    assert old in files[name]
    forged = _resigned(
        {**files, name: files[name].replace(old, new)}, bytes.fromhex(settings.KEYS.log_signing_keys[0])
    )
    assert checked(forged, tmp_path).findings


def test_another_key_is_noticed_by_whom_knows_the_right_one(
    package: export.Package, tmp_path: Path, settings: Any, work: str
) -> None:
    known = str(signing.log_keys(signing.origin())[0])
    forged = _resigned(unpacked(package), bytes(32))
    assert checked(forged, tmp_path).findings
    assert checked(package.content, tmp_path, known).findings == []
    assert checked(package.content, tmp_path, known.replace("127", "128")).findings


def test_it_says_who_witnessed(work: str, settings: Any, tmp_path: Path, attack: Attack) -> None:
    watched = (Witness(WITNESS.verifier(COSIGNATURE), "http://127.0.0.1:9"),)
    settings.ENVIRONMENT = replace(
        settings.ENVIRONMENT, values={**settings.ENVIRONMENT.values, "YINJI_WITNESSES": watched}
    )
    assert checked(export.package(subject=work).content, tmp_path).standing() == "witnessed 0 of 1"
    checkpoint = Checkpoint.objects.get()
    line = str(WITNESS.cosign(checkpoint.note.partition("\n\n")[0] + "\n", 1_800_000_000))
    Cosignature.objects.create(checkpoint=checkpoint, witness=WITNESS.name, line=line, at=NOON)
    package = export.package(subject=work)
    found = checked(package.content, tmp_path)
    assert (found.findings, found.standing()) == ([], "witnessed 1 of 1")
    files = unpacked(package)
    forged = files["checkpoints/9.txt"].replace(b"w.example.com", b"v.example.com")
    assert checked({**files, "checkpoints/9.txt": forged}, tmp_path).standing() == "witnessed 0 of 1"


def test_two_packages_show_a_split_view(
    package: export.Package, work: str, tmp_path: Path, attack: Attack, write: Write, files: TileFiles
) -> None:
    """The operator shows another log to somebody else."""
    (tmp_path / "one.zip").write_bytes(package.content)
    attack("DELETE FROM accounts_checkpoint")
    attack("DELETE FROM accounts_recordbody WHERE record_id > 4")
    attack("DELETE FROM accounts_record WHERE sequence > 4")
    for _ in range(5):
        write(kind="account.operator_created")
    (tmp_path / "other.zip").write_bytes(export.package(subject=work).content)
    assert verify.main([str(tmp_path / "other.zip")]) == 0
    assert verify.main([str(tmp_path / "one.zip"), "--against", str(tmp_path / "one.zip")]) == 0
    assert verify.main([str(tmp_path / "one.zip"), "--against", str(tmp_path / "other.zip"), "--json"]) == 1


def test_it_says_what_it_found(
    package: export.Package, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "no.zip").write_bytes(b"no")
    assert verify.main([str(tmp_path / "no.zip")]) == 1
    assert "expected a whole ZIP file" in capsys.readouterr().out
    assert verify.main([str(tmp_path / "no.zip"), "--json"]) == 1
    assert not json.loads(capsys.readouterr().out)["intact"]


def test_there_is_nothing_to_export_of_an_unknown_work(work: str) -> None:
    with pytest.raises(export.NotExportable, match="no record"):
        export.package(subject="work:Z")


def test_it_exports_nothing_while_the_log_is_in_doubt(work: str, attack: Attack) -> None:
    export.package(subject=work)
    attack("DELETE FROM accounts_recordbody WHERE record_id > 8")
    attack("DELETE FROM accounts_record WHERE sequence > 8")
    with pytest.raises(export.NotExportable, match="in doubt"):
        export.package(subject=work)


@pytest.mark.parametrize("table", ["accounts_recordbody SET content = x'00' WHERE record_id = 1"])
def test_it_exports_no_body_that_cannot_be_read(work: str, attack: Attack, table: str) -> None:
    attack(f"UPDATE {table}")
    with pytest.raises(export.NotExportable, match="record 1 cannot be read"):
        export.package(subject=work)


def test_it_exports_no_body_that_does_not_open(work: str, attack: Attack) -> None:
    attack("UPDATE accounts_recordbody SET content = x'00' WHERE record_id = 3")
    with pytest.raises(export.NotExportable, match="does not open"):
        export.package(subject=work, may_open=lambda record: True)


def test_it_exports_no_body_that_was_swapped(work: str, attack: Attack) -> None:
    attack(
        "UPDATE accounts_recordbody SET content = (SELECT content FROM accounts_recordbody WHERE record_id = 2) WHERE record_id = 1"
    )
    with pytest.raises(export.NotExportable, match="record 1 is not what its entry committed to"):
        export.package(subject=work)


def test_lost_tiles_are_made_again_first(work: str, package: export.Package, files: TileFiles) -> None:
    rmtree(files.folder)
    assert export.package(subject=work).content == package.content


def test_it_exports_nothing_whose_tiles_cannot_be_made_again(
    work: str, package: export.Package, files: TileFiles, attack: Attack
) -> None:
    rmtree(files.folder)
    attack("UPDATE accounts_record SET leaf_hash = chain_hash WHERE sequence = 7")
    with pytest.raises(export.NotExportable, match="Record 7: The stored hashes") as refused:
        export.package(subject=work)
    assert str(files.folder) not in str(refused.value)


def test_it_says_without_a_path_that_the_disk_refuses(work: str, files: TileFiles) -> None:
    files.folder.write_text("no folder")
    with pytest.raises(export.NotExportable, match=r"folder of the log cannot be used: \w") as refused:
        export.package(subject=work)
    assert str(files.folder) not in str(refused.value)


@pytest.mark.parametrize(("at", "record"), [(0, 1), (32 * 5, 6), (32 * 9 - 1, 9)])
def test_it_exports_no_proof_that_does_not_lead_to_the_signed_root(
    work: str, package: export.Package, files: TileFiles, at: int, record: int
) -> None:
    place = files.place(Tile(0, 0, 9))
    whole = place.read_bytes()
    place.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    with pytest.raises(export.NotExportable, match=f"Record {record}: The tile 0/000.p/9 does not hold"):
        export.package(subject=work)
    place.write_bytes(whole[:-1])
    with pytest.raises(export.NotExportable, match="Record 9: The tile"):
        export.package(subject=work)


def test_it_exports_no_record_that_the_tree_does_not_hold(
    work: str, package: export.Package, attack: Attack
) -> None:
    attack("UPDATE accounts_record SET entry = chain_hash WHERE sequence = 3")
    with pytest.raises(export.NotExportable, match="Record 3: It is not in the tree that was signed"):
        export.package(subject=work)


def test_it_exports_nothing_under_a_checkpoint_that_was_altered(
    work: str, package: export.Package, write: Write, attack: Attack
) -> None:
    write()
    advance()
    attack("UPDATE accounts_checkpoint SET root = x'00' WHERE size = 9")
    with pytest.raises(export.NotExportable, match="Record 9: The checkpoint cannot be read"):
        export.package(subject=work)


def test_the_command_writes_a_package(work: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.zip"
    call_command("records", "export", "--work", "A", "--out", str(path))
    assert "3 records, 1 bodies opened, 2 redacted" in capsys.readouterr().out
    call_command("records", "export", "--work", " a-", "--out", str(path), "--json")
    assert json.loads(capsys.readouterr().out)["checkpoint"] == 9
    assert verify.main([str(path)]) == 0
    with pytest.raises(CommandError, match="no record"):
        call_command("records", "export", "--work", "Z", "--out", str(path))
