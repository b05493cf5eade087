"""What the form on the page says about the files that it takes."""

from __future__ import annotations

from marking.media import Limits
from marking.media.formats import ACCEPT

LABELLED = (
    "video/*", "audio/*", ".mkv", ".flv", ".opus",
    "application/pdf", ".pdf", ".docx", ".xlsx", ".pptx", "text/markdown", ".md",
)  # fmt: skip
"""Films, sounds and documents, for the ``accept`` of a file field: of these the metadata label is read, and no more."""


def limits() -> dict[str, int | str]:
    """Return ``max_megabytes``, ``max_megapixels`` and ``accept``, as the form's template wants them."""
    allowed = Limits()
    return {
        "max_megabytes": allowed.bytes >> 20,
        "max_megapixels": allowed.pixels // 1_000_000,
        "accept": ",".join([ACCEPT, *LABELLED]),
    }
