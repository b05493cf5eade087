"""Where the works of these tests come from."""

from __future__ import annotations

from marking.marks.implicit_label import SourceType
from marking.pipeline.provenance import Provenance
from tests.marking.marks.credential.signed import CLAIM, issuer, own

PROVENANCE = Provenance(
    CLAIM.site, CLAIM.work, CLAIM.tool, CLAIM.tool_version, SourceType.TRAINED, issuer(), own()
)
