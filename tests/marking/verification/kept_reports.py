"""Reports made up by hand, and one that is kept."""

from __future__ import annotations

from io import BytesIO

from django.utils import timezone
from PIL import Image

from marking.policy.removal import Clause
from marking.verification import keeping
from marking.verification.report import (
    Change,
    Evidence,
    Finding,
    How,
    Layer,
    MarkedHere,
    RemovedMark,
    Report,
    State,
    Verdict,
    Views,
)
from tests.marking.verification.marked_files import CODE

CHANGES = (
    Change("replaced", (10, 20, 100, 100), 0.95),
    Change("label_erased", (850, 700, 100, 40), 0.7),
    Change("cropped", (0, 0, 1000, 800), 0.9),
)


def jpeg(width: int = 40, height: int = 32) -> bytes:
    """A grey JPEG."""
    file = BytesIO()
    Image.new("RGB", (width, height), (120, 120, 120)).save(file, "JPEG")
    return file.getvalue()


def altered_report(changes: tuple[Change, ...] = CHANGES, views: Views | None = None) -> Report:
    """The report of a picture of 1000 × 800 pixels that was marked here and altered since."""
    evidence = (
        Evidence(Layer.EXPLICIT_LABEL, Finding.NOT_FOUND),
        Evidence(Layer.IMPLICIT_LABEL, Finding.INVALID, {"faults": ("duplicate",), "label": "1"}),
        Evidence(Layer.WATERMARK, Finding.REGISTERED, {"work": CODE, "confidence": 0.9}),
        Evidence(Layer.FINGERPRINT, Finding.NEAR_COPY, {"work": CODE, "distance": 9, "width": 1000, "height": 800}),
    )  # fmt: skip
    clauses = (Clause.LABELLING_MEASURES, Clause.DEEP_SYNTHESIS)
    removed = (
        RemovedMark(Layer.EXPLICIT_LABEL, How.MISSING, clauses),
        RemovedMark(Layer.CREDENTIAL, How.NO_LONGER_MATCHES),
    )
    origin = MarkedHere(
        CODE, State.ALTERED, (Layer.EXPLICIT_LABEL,), changes, is_reshaped=True, removed_marks=removed
    )
    return Report("secret name.jpg", Verdict.CONFIRMED, origin, evidence, conflicts=("copied_label",), views=views)  # fmt: skip


def three_views() -> Views:
    """Three pictures of one size."""
    return Views(jpeg(), jpeg(), jpeg())


def a_kept_report() -> str:
    """Keep a report and return its token."""
    now = timezone.now()
    return keeping.keep(keeping.offer(altered_report(), now=now), with_name=False, now=now)
