"""B-9: a year's package is checked by its own program and Python's standard library, with no way to any network."""

from __future__ import annotations

import ast
import io
import json
import random
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from accounts.records import export, signing
from accounts.records.tile_files import TileFiles
from tests import without_network

from .conftest import NOON
from .test_every_byte import RECORDS, build

PROGRAM = Path(export.__file__).parent / "package" / "verify.py"


@pytest.fixture
def package(db: None, files: TileFiles) -> bytes:
    build()
    return export.package_of_year(NOON.year).content


def checked(content: bytes, folder: Path) -> tuple[int, str]:
    """Exit status of the package's program, and what it said."""
    (folder / "package.zip").write_bytes(content)
    key = str(signing.log_keys(signing.origin())[0])
    done = without_network.run(str(PROGRAM), "package.zip", "--key", key, "--json", cwd=folder)
    return done.returncode, (done.stdout + done.stderr).decode()


def test_a_thousand_records_prove_themselves_without_a_network(package: bytes, tmp_path: Path) -> None:
    status, said = checked(package, tmp_path)
    assert status == 0, said
    told = json.loads(said)
    assert (told["records"], told["findings"]) == (RECORDS, [])
    assert told["bodies"] == {"opened": RECORDS * 9 // 10, "redacted": RECORDS // 10, "erased": 0}
    assert export.package_of_year(NOON.year).content == package


def test_its_program_is_written_for_python_3_9_and_runs_under_all_that_are_here(
    package: bytes, tmp_path: Path
) -> None:
    ast.parse(PROGRAM.read_text(), feature_version=(3, 9))
    (tmp_path / "package.zip").write_bytes(package)
    for python in pythons():
        done = subprocess.run([python, "-I", str(PROGRAM), "package.zip"], cwd=tmp_path, capture_output=True)
        assert done.returncode == 0, (python, done.stdout, done.stderr)


def pythons() -> list[str]:
    """Every Python from 3.9 that can be started by its name, and this one."""
    found = filter(None, (shutil.which(f"python3.{minor}") for minor in range(9, 30)))
    # a name may lead to a version manager that has no such version chosen
    works = [
        each for each in found if subprocess.run([each, "--version"], capture_output=True).returncode == 0
    ]
    return [sys.executable, *works]


def test_it_names_a_package_that_is_not_there(tmp_path: Path) -> None:
    done = without_network.run(str(PROGRAM), "package.zip", cwd=tmp_path)
    assert done.returncode == 2
    assert (
        done.stderr.decode().splitlines()[-1]
        == "verify.py: error: there is no file and no folder package.zip"
    )


def test_a_tampered_copy_is_refused(package: bytes, tmp_path: Path) -> None:
    """One bit of one file in it, of every kind that it holds."""
    chance, files = random.Random(9), unpacked(package)
    kinds: dict[str, list[str]] = {}
    for name in files:
        kinds.setdefault(name.partition("/")[0], []).append(name)
    for name in (chance.choice(names) for names in kinds.values() for _ in range(2)):
        at = chance.randrange(len(files[name]))
        whole = files[name]
        altered = whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :]
        status, said = checked(packed({**files, name: altered}), tmp_path)
        assert (status, "Traceback" in said) == (1, False), (name, at, said)


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(files: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        for name, data in files.items():
            package.writestr(name, data)
    return content.getvalue()


@pytest.mark.parametrize(
    "program",
    [
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9')",
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import subprocess; subprocess.run(['true'])",
    ],
)
def test_a_program_that_asked_the_network_would_be_stopped(program: str, tmp_path: Path) -> None:
    (tmp_path / "asking.py").write_text(program)
    done = without_network.run("asking.py", cwd=tmp_path)
    assert (done.returncode, b"RuntimeError" in done.stderr) == (1, True)
