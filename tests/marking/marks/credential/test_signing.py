"""sign: a manifest in a finished file that the C2PA library itself calls trusted."""

from __future__ import annotations

import io
import json
import pickle
import socket
import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from c2pa import C2paError, Reader
from PIL import Image

from marking.marks.credential import OwnRoots, Parent, SigningFailed, Unreadable, library, read, sign
from marking.marks.credential.claim import reversed_name
from tests.marking.marks.credential.signed import CLAIM, MEDIA_TYPES, issuer, own, picture, signed, stranger
from tests.marking.marks.implicit_label.pictures import with_xmp, xmp_packet


def manifest_of(data: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    store = library.read_store(data, own())
    assert store is not None
    assert store["validation_state"] == "Trusted"
    manifest = store["manifests"][store["active_manifest"]]
    return manifest, {each["label"]: each["data"] for each in manifest["assertions"]}


def pixels(data: bytes) -> Any:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"))


@pytest.mark.parametrize("kind", MEDIA_TYPES)
def test_it_leaves_the_pixels_alone(kind: str) -> None:
    assert np.array_equal(pixels(signed(kind)), pixels(picture(kind)))


def test_it_says_what_made_the_file_and_what_was_done_to_it() -> None:
    _, assertions = manifest_of(signed())
    actions = assertions["c2pa.actions.v2"]
    assert [each["action"] for each in actions["actions"]] == [
        "c2pa.created",
        "c2pa.edited",
        "c2pa.watermarked.unbound",
    ]
    assert actions["actions"][0]["softwareAgent"] == {"name": "Generator", "version": "2.1"}
    assert actions["actions"][0]["digitalSourceType"].endswith("/trainedAlgorithmicMedia")
    assert actions["allActionsIncluded"] is True


def test_it_says_nothing_of_a_visible_label_that_was_not_drawn() -> None:
    _, assertions = manifest_of(signed(has_visible_label=False))
    actions = assertions["c2pa.actions.v2"]["actions"]
    assert [each["action"] for each in actions] == ["c2pa.created", "c2pa.watermarked.unbound"]


def test_it_states_the_label_the_watermark_and_the_fingerprint() -> None:
    _, assertions = manifest_of(signed())
    assert json.loads(assertions["cawg.metadata"]["TC260:AIGC"]) == {"Label": "1"}
    assert assertions["cn.example.marks.yinji.watermark"] == {"alg": CLAIM.watermark, "work": CLAIM.work}
    binding = assertions["c2pa.soft-binding"]
    assert (binding["alg"], binding["blocks"][0]["value"]) == ("io.iscc.v0", CLAIM.fingerprint)


def test_it_names_the_work_that_was_edited() -> None:
    _, assertions = manifest_of(signed(made_from="00000003VG"))
    named = {"alg": CLAIM.watermark, "work": CLAIM.work, "made_from": "00000003VG"}
    assert assertions["cn.example.marks.yinji.watermark"] == named


def test_it_states_the_receipts_of_the_people_depicted() -> None:
    _, assertions = manifest_of(signed(consents=("receipt-1", "receipt-2")))
    assert assertions["cn.example.marks.yinji.consent"] == {"receipts": ["receipt-1", "receipt-2"]}
    assert not any(label.endswith("consent") for label in manifest_of(signed())[1])


def test_it_continues_the_history_of_a_file_that_came_with_one() -> None:
    parent = Parent(signed("JPEG", by=stranger(), seed=3), "image/jpeg")
    manifest, assertions = manifest_of(signed(parent=parent))
    actions = [each["action"] for each in assertions["c2pa.actions.v2"]["actions"]]
    assert actions == ["c2pa.opened", "c2pa.edited", "c2pa.edited", "c2pa.watermarked.unbound"]
    assert [each["relationship"] for each in manifest["ingredients"]] == ["parentOf"]


def test_it_embeds_no_second_picture() -> None:
    assert len(signed()) - len(picture()) < 8192


def test_it_says_why_it_could_not_sign() -> None:
    with pytest.raises(SigningFailed, match="expected to sign"):
        sign(b"no picture", "image/png", CLAIM, issuer())


def test_it_survives_the_way_between_processes() -> None:
    again = pickle.loads(pickle.dumps(SigningFailed("why")))
    assert (type(again), again.reason) == (SigningFailed, "why")


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("marks.example.cn", "cn.example.marks"),
        ("127.0.0.1", "local"),
        ("::1", "local"),
        ("LOCALHOST", "localhost"),
    ],
)
def test_it_names_its_own_assertions_after_the_site(host: str, name: str) -> None:
    assert reversed_name(host) == name


class Listener:
    """A server on loopback that answers nobody, and remembers whether anybody came."""

    def __enter__(self) -> Listener:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.2)
        self.calls = 0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()
        return self

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/manifest.c2pa"

    def _listen(self) -> None:
        while not self._is_over.is_set():
            try:
                connection, _ = self._socket.accept()
            except TimeoutError:
                continue
            self.calls += 1
            connection.close()

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()
        self._socket.close()


def naming(url: str) -> bytes:
    """A PNG whose XMP says that its manifest is kept at an address (C2PA 2.2, 11.4)."""
    packet = xmp_packet(
        f'<dcterms:provenance xmlns:dcterms="http://purl.org/dc/terms/">{url}</dcterms:provenance>'
    )
    return with_xmp("png", packet)


def test_it_fetches_nothing_that_a_file_names() -> None:
    with Listener() as listener:
        data = naming(listener.url)
        assert read(data, OwnRoots()) == Unreadable("remote")
        signed_over = sign(data, "image/png", CLAIM, issuer(), parent=Parent(data, "image/png"))
        assert signed_over
        assert listener.calls == 0
        # The listener does hear a reader that was left to the library's defaults: the check can fail.
        with pytest.raises(C2paError):
            Reader("image/png", io.BytesIO(data))
        assert listener.calls == 1


def test_it_asks_the_time_stamp_authority_and_fails_without_its_answer() -> None:
    with Listener() as listener:
        asking = replace(issuer(), timestamp_url=listener.url)
        with pytest.raises(SigningFailed):
            sign(picture(), "image/png", CLAIM, asking)
        assert listener.calls >= 1
