"""Two hundred uploads through two workers: all marked, each found by its payload, none twice, none lost."""

from __future__ import annotations

import base64
import io
import json
import time
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from marking.marks import watermark
from tests.conftest import photograph
from tests.functional.site import Site, running

pytestmark = pytest.mark.xdist_group("bulk")

UPLOADS = 200
PERSON = (
    "user",
    "create",
    "bulk@example.com",
    "--real-name",
    "Bulk",
    "--document",
    "passport:E12345678",
    "--approve",
)
CLIENT = (
    "from accounts.users.models import User; from accounts.api.services import create_client;"
    "made = create_client(by=User.objects.get(email='bulk@example.com'), name='bulk');"
    "print(made.client.id, made.secret)"
)


def _picture(seed: int) -> bytes:
    file = io.BytesIO()
    Image.fromarray(photograph(256, 320, seed)).save(file, "JPEG", quality=92)
    return file.getvalue()


def _token(site: Site) -> str:
    identity, secret = site.manage("shell", "-c", CLIENT).splitlines()[-1].split()
    body = urllib.parse.urlencode({"grant_type": "client_credentials", "scope": "works:read works:write"})
    basic = base64.b64encode(f"{identity}:{secret}".encode()).decode()
    request = urllib.request.Request(
        f"{site.address}/identity/o/api/token", body.encode(), {"Authorization": f"Basic {basic}"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return str(json.load(answer)["access_token"])


def _multipart(fields: dict[str, str], data: bytes) -> tuple[bytes, str]:
    edge = "a-boundary-that-no-picture-holds"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode()
        for k, v in fields.items()
    ]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'.encode()
    return b"".join(
        [*parts, head, data, f"\r\n--{edge}--\r\n".encode()]
    ), f"multipart/form-data; boundary={edge}"


def test_two_hundred_uploads_become_two_hundred_marked_works(tmp_path: Path) -> None:
    with running(tmp_path) as site:
        site.manage(*PERSON)
        token = {"Authorization": f"Bearer {_token(site)}"}

        def submit(number: int) -> str:
            fields = {"tool": "Bulk", "kind": "other", "depicts": "nobody"}
            body, kind = _multipart(fields, _picture(number))
            headers = {**token, "Content-Type": kind, "Idempotency-Key": f"bulk-{number}"}
            request = urllib.request.Request(f"{site.address}/api/v1/works", body, headers)
            with urllib.request.urlopen(request, timeout=120) as answer:
                return str(json.load(answer)["id"])

        with ThreadPoolExecutor(4) as senders:
            codes = list(senders.map(submit, range(UPLOADS)))
        assert len(set(codes)) == UPLOADS

        def finished(code: str) -> dict[str, object]:
            for _ in range(1200):
                request = urllib.request.Request(f"{site.address}/api/v1/works/{code}", headers=token)
                with urllib.request.urlopen(request, timeout=60) as answer:
                    work = dict(json.load(answer))
                if work["state"] in {"released", "failed"}:
                    return work
                time.sleep(0.5)
            raise AssertionError(f"{code} was never finished\n{site.log()}")

        works = [finished(code) for code in codes]
        assert {work["state"] for work in works} == {"released"}, [
            w for w in works if w["state"] != "released"
        ]

        key = bytes.fromhex(json.loads((tmp_path / "data" / "keys.json").read_text())["watermark_keys"][0])
        files = sorted((tmp_path / "data" / "files" / "marked").rglob("*.jpg"))
        assert len(files) == UPLOADS
        found = [watermark.detect(np.asarray(Image.open(path).convert("RGB")), key=key) for path in files]
        assert sorted(each.payload for each in found if each) == sorted(int(str(w["payload"])) for w in works)
        assert site.manage_json("records", "verify")["findings"] == []
