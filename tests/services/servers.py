"""Outside servers from Debian's packages, started on loopback over throw-away folders."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.functional.site import free_port

START_TIMEOUT = 60.0
VAULT = "vault"
"""The name of the vault's database."""


def postgres_programs() -> Path | None:
    """The folder of PostgreSQL's server programs, 15 or newer, or None."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    fit = [path for path in found if int(path.parent.name) >= 15]
    return max(fit, default=None)


def redis_program() -> str | None:
    """Redis, or None."""
    return shutil.which("redis-server")


@contextmanager
def postgres(folder: Path, *, is_durable: bool = False) -> Iterator[str]:
    """A running PostgreSQL; yields the address of an empty database, beside which there is one for the vault (:func:`vault_of`).

    It refuses to run as root. Commits wait for the disk only where ``is_durable``.
    """
    programs = postgres_programs()
    assert programs is not None
    port, data = free_port(), folder / "postgres"
    data.mkdir()
    as_owner: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(data, "postgres", "postgres")
        for above in data.parents:
            if above.stat().st_uid == 0 and above.stat().st_mode & 0o077 == 0:
                above.chmod(0o711)
        as_owner = ["runuser", "-u", "postgres", "--"]
    _run(
        [
            *as_owner,
            str(programs / "initdb"),
            "-D",
            str(data),
            "-U",
            "yinji",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        ]
    )
    log = (folder / "postgres.log").open("w")
    server = subprocess.Popen(
        [*as_owner, str(programs / "postgres"), "-D", str(data), "-p", str(port), "-k", str(data),
         "-c", "listen_addresses=127.0.0.1", "-c", f"fsync={'on' if is_durable else 'off'}"],
        stdout=log, stderr=log,
    )  # fmt: skip
    try:
        _wait_for(port, server)
        for name in ("yinji", VAULT):
            _run([str(programs / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "yinji", name])
        yield f"postgres://yinji@127.0.0.1:{port}/yinji"
    finally:
        server.terminate()
        server.wait(30)


def vault_of(address: str, *, role: str = "yinji") -> str:
    """The address of the vault's database on the server of ``address``, for one of its roles."""
    parts = urlsplit(address)
    return f"postgres://{role}@{parts.hostname}:{parts.port}/{VAULT}"


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """A running Redis without persistence; yields its address."""
    program = redis_program()
    assert program is not None
    port = free_port()
    server = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_for(port, server)
        yield f"redis://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd="/")
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        assert server.poll() is None, f"the server ended with status {server.returncode}"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"nothing answered on port {port}")
