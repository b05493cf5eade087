"""A released work with its original in the storage, and a copy of it without the visible label."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.cache import cache

from accounts.users.models import User
from marking.unlabelled import making, services
from marking.unlabelled.models import UnlabelledCopy
from marking.unlabelled.terms import current_terms
from marking.works import files
from marking.works.models import Work
from tests.marking.verification.marked_files import marked_file, register

PURPOSE = "A still for the printed programme, which names the generator in its imprint."


@pytest.fixture(autouse=True)
def _no_counts_left_over() -> None:
    cache.clear()


@pytest.fixture
def work(verified_user: User, picture_file: Path, tmp_path: Path) -> Work:
    """A work as it lies after its release: original, marked file and previews in the storage."""
    work = register(verified_user, marked_file()).work
    work.source_path = files.original_name(work.code)
    work.marked_path = files.marked_name(work.code, work.marked_sha256, "png")
    work.marks = [
        {
            "name": "explicit_label",
            "text": "AI生成",
            "box": list(marked_file().label_box),
            "glyph_height": 20,
        },
        {"name": "watermark", "bits": 48, "confidence": 0.9},
        {"name": "implicit_label", "content_producer": "Yinji-demo", "produce_id": work.code},
    ]
    work.save()
    marked = tmp_path / "marked.png"
    marked.write_bytes(marked_file().data)
    files.put(work.source_path, picture_file)
    for name in (
        work.marked_path,
        files.preview_name(work.code, "before"),
        files.preview_name(work.code, "after"),
    ):
        files.put(name, marked)
    return work


@pytest.fixture
def asked(work: Work) -> UnlabelledCopy:
    """A copy that was asked for and not made yet."""
    terms = current_terms().version
    return services.request_copy(by=work.owner, work=work, purpose=PURPOSE, terms=terms)


@pytest.fixture
def ready(asked: UnlabelledCopy) -> UnlabelledCopy:
    """A copy that can be fetched."""
    making.make(asked.pk)
    asked.refresh_from_db()
    return asked
