"""Checking the stored signatures of witnesses: each is of the witness that its row names, over the checkpoint that its row names."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef

from accounts.records.models import Checkpoint, Cosignature
from accounts.records.note import Note, NoteInvalid, Signature, VerifierKey
from accounts.records.verify import Findings

CODE = "cosignature"


def check_cosignatures(findings: Findings) -> None:
    """Check all that are stored. What is found is added to ``findings``.

    Of a witness whose key is not known here any more, only that the line carries its name; one that is gone, or whose line was made
    another's, cannot be told from one that never came.
    """
    keys = {each.name: each.key for each in settings.ENVIRONMENT["YINJI_WITNESSES"]}
    signed = Checkpoint.objects.filter(size=OuterRef("checkpoint_id"))
    for lost in Cosignature.objects.filter(~Exists(signed)):
        number: Any = lost.checkpoint_id  # SQLite lets a file's owner write anything anywhere
        sentence = f"The checkpoint that {lost.witness} signed is not there."
        findings.add(number if isinstance(number, int) else 1, CODE, sentence)
    for cosignature in Cosignature.objects.select_related("checkpoint").iterator():
        if not _holds(cosignature, keys.get(cosignature.witness)):
            sentence = f"The signature of {cosignature.witness} does not verify."
            findings.add(cosignature.checkpoint_id, CODE, sentence)


def _holds(cosignature: Cosignature, key: VerifierKey | None) -> bool:
    try:
        if Signature.parse(cosignature.line).name != cosignature.witness:
            return False
        note = Note.parse(cosignature.checkpoint.note + cosignature.line)
        return key is None or bool(note.verified_by([key]))
    except NoteInvalid:
        return False
