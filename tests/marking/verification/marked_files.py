"""Marked files and their registrations, made by the pure rooms and the models."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import numpy as np
from django.conf import settings
from numpy.typing import NDArray
from PIL import Image

from accounts.users.models import User
from marking.marks import explicit_label, fingerprint, implicit_label, watermark
from marking.marks.implicit_label import AigcLabel, Origin
from marking.media import MediaType, encode_picture
from marking.registry.models import Registration
from marking.works import numbers
from marking.works.models import Work
from tests.conftest import photograph

NUMBER = 0x1234_5678_9ABC
CODE = numbers.write(NUMBER)


@dataclass(frozen=True)
class MarkedFile:
    """The pixels with every mark that lives in them, the released bytes, and where the label is (x, y, w, h)."""

    rgb: NDArray[np.uint8]
    data: bytes
    label_box: tuple[int, int, int, int]


@cache
def marked_file() -> MarkedFile:
    """A photograph with all marks, made with the keys of the test run."""
    labelled, placement = explicit_label.draw(photograph(), explicit_label.Wording.BOTH)
    key = bytes.fromhex(settings.KEYS.watermark_keys[0])
    rgb = watermark.embed(labelled, NUMBER, key=key)
    return MarkedFile(rgb, with_label(encode_picture(rgb, media_type=MediaType.PNG)), placement.box)


def with_label(data: bytes) -> bytes:
    """A file with the metadata label of the marked file."""
    label = AigcLabel.first(producer="Yinji-demo", produce_id=CODE)
    return implicit_label.write(data, label, origin=Origin())


def as_jpeg(rgb: NDArray[np.uint8], quality: int = 90) -> bytes:
    """Pixels saved again by somebody who keeps no metadata."""
    return encode_picture(rgb, media_type=MediaType.JPEG, quality=quality)


def png_of(rgb: NDArray[np.uint8], **options: Any) -> bytes:
    """A PNG that Pillow writes with ``options``."""
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, "PNG", compress_level=1, **options)
    return file.getvalue()


def register(owner: User, file: MarkedFile, *, number: int = NUMBER) -> Registration:
    """Enter ``file`` as the released file of a work of ``owner``."""
    work = Work.objects.create(
        number=number,
        owner=owner,
        state="released",
        released_at=datetime(2026, 3, 1, tzinfo=UTC),
        tool="Generator",
        kind="content",
        depicts="nobody",
        source_name="secret name.png",
        source_path="originals/1",
        source_sha256="0" * 64,
        source_bytes=1,
        media_type="image/png",
        width=file.rgb.shape[1],
        height=file.rgb.shape[0],
        marked_path="marked/1",
        marked_sha256=hashlib.sha256(file.data).hexdigest(),
        marks=[
            {"name": "explicit_label", "box": list(file.label_box)},
            {"name": "watermark"},
            {"name": "implicit_label"},
        ],
    )
    taken = fingerprint.fingerprint(file.rgb)
    return Registration.objects.create(
        work=work,
        payload=number,
        sha256=work.marked_sha256,
        fingerprint=taken,
        is_distinctive=fingerprint.is_distinctive(taken),
        layout=fingerprint.layout(file.rgb),
        width=work.width,
        height=work.height,
    )
