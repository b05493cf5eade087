"""Find a known mark again that can no longer be read, by comparing a file with a released one. Pure.

Reading must tell one payload from 2**48; here a small picture of what was marked lies beside the upload, and the question
is yes or no (see :mod:`marking.marks.watermark.registered`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from marking.marks.watermark.registered import Registered, detect_registered
from marking.media import open_picture
from marking.verification.collecting.specimen import Specimen


@dataclass(frozen=True)
class Recognition:
    """The work of which a file is a copy; ``z``: deviations by which its mark stands out; ``coverage``: 0 to 1."""

    work: str
    z: float
    coverage: float


def recognised(specimen: Specimen, work: str, payload: int, reference: Path) -> Recognition | None:
    """Return how the mark of ``work``, of 48 bits, shows under the first of the specimen's keys that it does; None where none does.

    ``reference``: the canvas of the work before its watermark. Raises Refused as `open_picture` does.
    """
    registered = Registered(original=open_picture(reference, specimen.limits).rgb)
    for key in specimen.keys:
        found = detect_registered(specimen.rgb, registered, payload, key=key)
        if found.is_ours:
            return Recognition(work, found.z, found.coverage)
    return None
