"""What a report says to people about the work that a file comes from: what became of it, and of its marks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marking.verification.origin import is_readable
from marking.verification.report import Evidence, Fact, Finding, Layer, MarkedHere, State
from marking.verification.titles import TITLES

Findings: TypeAlias = frozenset[tuple[Layer, Finding]]

_RELEASED_FILE = _("This was marked here, and every mark is in place.")
_COPY = _(
    "This was marked here, and every mark is in place. "
    "It is a copy, not the released file itself: smaller changes to the picture are not ruled out."
)
_COPY_IN_PART = _(
    "This was marked here. It is a copy, not the released file itself, and not everything in it could be examined: "
    "lost marks and changes to the picture are not ruled out."
)
_UNLABELLED_FILE = _(
    "This was marked here. This site gave it out without a visible label; every other mark is in place."
)
_UNLABELLED_COPY = _(
    "This was marked here. It looks like a copy of a file that this site gave out without a visible label; every other "
    "mark is in place. Smaller changes to the picture are not ruled out."
)
_MARKS_REMOVED = _("This was marked here, and these marks are gone or no longer match: %(removed)s.")
_ALTERED = _(
    "The marks name a work that was released here, but the picture is not the released one everywhere: it was cropped or "
    "changed, or the marks were carried over to another picture."
)
_ALTERED_AND_REMOVED = _(
    "The marks name a work that was released here, but the picture is not the released one everywhere: it was cropped or "
    "changed, or the marks were carried over to another picture. Not in this file: %(removed)s."
)
_RESHAPED = _(
    "The marks name a work that was released here, but the picture has other proportions: it was cropped, framed or "
    "stretched."
)
_RESHAPED_AND_REMOVED = _(
    "The marks name a work that was released here, but the picture has other proportions: it was cropped, framed or "
    "stretched. Not in this file: %(removed)s."
)


_CHANGED = _(
    "This was marked here, and the picture was changed since: the comparison with the released picture shows where."
)
_CHANGED_AND_REMOVED = _(
    "This was marked here, and the picture was changed since: the comparison with the released picture shows where. Not in "
    "this file: %(removed)s."
)
_PREVIEW = _(
    "This is a preview: a small copy that this site made of a work for its owner. It carries the visible and the metadata "
    "label, and need not carry the other marks."
)
_STILL = _("It is a single picture out of an animation.")
_FRAMES = _("The file shows %(frames)d pictures one after another, and only the first was compared.")
_TRANSPARENT = _(
    "%(percent)d %% of the picture are transparent here: what was compared is what lies there, which viewers do not show."
)


def marked_here_sentence(marked_here: MarkedHere, evidence: Iterable[Evidence]) -> str:
    """Return what became of a picture that was marked here."""
    pieces = tuple(evidence)
    findings = frozenset((each.layer, _told(each)) for each in pieces)
    still = [str(_STILL)] if marked_here.is_still else []
    looks = {
        name: fact for each in pieces if each.layer is Layer.FINGERPRINT for name, fact in each.facts.items()
    }
    notes = [] if (Layer.HASH, Finding.REGISTERED) in findings else _notes(looks)
    return " ".join([_of_state(marked_here, findings), *still, *notes])


def _told(evidence: Evidence) -> Finding:
    """What a layer found; a mark that could not have been found was not looked for."""
    return evidence.finding if is_readable(evidence) else Finding.INCONCLUSIVE


def _notes(looks: Mapping[str, Fact]) -> list[str]:
    """What of the file was not compared as viewers show it."""
    frames, percent = int(str(looks.get("frames", 0))), int(str(looks.get("transparent", 0)))
    return [
        *([str(_FRAMES) % {"frames": frames}] if frames > 1 else []),
        *([str(_TRANSPARENT) % {"percent": percent}] if percent else []),
    ]


def _of_state(marked_here: MarkedHere, findings: Findings) -> str:
    if marked_here.state is State.INTACT:
        return str(_intact(marked_here, findings))
    if marked_here.state is State.MARKS_REMOVED:
        missed = [mark.layer for mark in marked_here.removed_marks] or marked_here.removed
        return str(_MARKS_REMOVED) % {"removed": _listed(missed)}
    return str(_altered(marked_here)) % {"removed": _listed(marked_here.removed)}


def _listed(layers: Iterable[Layer]) -> str:
    return gettext(", ").join(str(TITLES[layer]) for layer in layers)


def _intact(marked_here: MarkedHere, findings: Findings) -> Promise:
    is_released = (Layer.HASH, Finding.REGISTERED) in findings
    if marked_here.is_preview:
        return _PREVIEW
    if marked_here.is_unlabelled:
        return _UNLABELLED_FILE if is_released else _UNLABELLED_COPY
    if is_released:
        return _RELEASED_FILE
    is_examined = Finding.INCONCLUSIVE not in {finding for _layer, finding in findings}
    return _COPY if is_examined and marked_here.is_compared else _COPY_IN_PART


def _altered(marked_here: MarkedHere) -> Promise:
    """The sentence, by whether the places of the changes, or other proportions, are known; and whether marks are missing."""
    if marked_here.changes:
        return _CHANGED_AND_REMOVED if marked_here.removed else _CHANGED
    if marked_here.is_reshaped:
        return _RESHAPED_AND_REMOVED if marked_here.removed else _RESHAPED
    return _ALTERED_AND_REMOVED if marked_here.removed else _ALTERED
