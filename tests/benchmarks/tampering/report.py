"""The answers as tables: what the bars ask for, then each kind, then what it cost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from statistics import median

from tests.benchmarks.tampering.asking import Answer
from tests.benchmarks.tampering.corpus import Stage
from tests.benchmarks.tampering.suite import KINDS, Group
from tests.benchmarks.watermark.table import number, percent, table

LOCATED = 0.5  # intersection over union from which a changed region counts as located
BARS = {"found": 0.98, "located": 0.90, "clean": 0.98}


def sections(answers: Sequence[Answer]) -> dict[str, str]:
    """Markdown by heading; a stage that was not run has no section."""
    edited, recompressed, unrelated = (_of(answers, stage) for stage in Stage)
    done = {"Result": _result(edited, recompressed, unrelated)}
    if edited:
        done["Edited copies"] = f"Copies: {len(edited)}.\n\n{_edits(edited)}"
    if recompressed:
        done["Untouched copies"] = f"Copies: {len(recompressed)}.\n\n{_untouched(recompressed)}"
    if unrelated:
        done["Unrelated pictures"] = f"Pictures: {len(unrelated)}.\n\n{_strangers(unrelated)}"
    return {**done, "Time": _times(answers)}


def is_located(answer: Answer) -> bool:
    """Whether the reported regions cover the changed ones and little else."""
    return answer.box_fit >= LOCATED


def is_named(answer: Answer) -> bool:
    """Whether a reported region bears a name that fits what was done."""
    return bool(KINDS[answer.kind].names & set(answer.regions))


def is_framed(answer: Answer) -> bool:
    """Whether all is said of the frame that has to be said, and lies where it should."""
    return KINDS[answer.kind].statements <= answer.statements and answer.frame_fit >= LOCATED


def is_clean(answer: Answer) -> bool:
    """Whether no region of the picture is said to be changed; what is said of the frame does not count."""
    return not answer.regions


def _result(edited: list[Answer], recompressed: list[Answer], unrelated: list[Answer]) -> str:
    changed = [each for each in edited if KINDS[each.kind].group is Group.REGION]
    framed = [each for each in edited if KINDS[each.kind].statements]
    kept = [each for each in edited if KINDS[each.kind].group is Group.FRAME]
    whole = [each for each in edited if KINDS[each.kind].group is Group.WHOLE]
    rows = [
        ("edited copies: the right work is found", edited, lambda each: each.is_found, "≥ 98 %"),
        ("edited copies: another work is named", edited, _is_mistaken, "0"),
        ("changed regions: located, IoU ≥ 0.5 with their boxes", changed, is_located, "≥ 90 %"),
        ("changed regions: the same, where the work is found", _found(changed), is_located, ""),
        ("changed regions: called by a name that fits", changed, is_named, ""),
        ("frames: cropped, mirrored, framed is said", framed, is_framed, ""),
        ("frames alone: no region is said to be changed", kept, is_clean, ""),
        ("metadata stripped, or toned: no changed region", whole, is_clean, "≥ 98 %"),
        ("untouched copies: the right work is found", recompressed, lambda each: each.is_found, ""),
        ("untouched copies: no changed region", recompressed, is_clean, "≥ 98 %"),
        ("unrelated pictures: said to be ours", unrelated, lambda each: each.found is not None, "0"),
    ]
    told = [(name, bar, *_counted(answers, holds)) for name, answers, holds, bar in rows if answers]
    return table(("", "bar", "share", "of"), told, named=2)


def _counted(answers: Sequence[Answer], holds: Callable[[Answer], bool]) -> tuple[str, str]:
    count = sum(map(holds, answers))
    return percent(count / len(answers), 1), f"{count} / {len(answers)}"


def _edits(answers: list[Answer]) -> str:
    rows = [_edit(kind, [each for each in answers if each.kind == kind]) for kind in _kinds(answers)]
    head = (
        "kind",
        "copies",
        "found",
        "located",
        "IoU of boxes",
        "IoU of pixels",
        "named",
        "frame said",
        "clean",
    )
    return table(head, rows)


def _edit(kind: str, answers: list[Answer]) -> tuple[str, ...]:
    is_region, says = KINDS[kind].group is Group.REGION, KINDS[kind].statements
    return (
        kind,
        str(len(answers)),
        _share(answers, lambda each: each.is_found),
        _share(answers, is_located) if is_region else "",
        number(median(each.box_fit for each in answers), 2) if is_region else "",
        number(median(each.mask_fit for each in answers), 2) if is_region else "",
        _share(answers, is_named) if is_region else "",
        _share(answers, is_framed) if says else "",
        "" if is_region else _share(answers, is_clean),
    )


def _untouched(answers: list[Answer]) -> str:
    rows = []
    for kind in _kinds(answers):
        alike = [each for each in answers if each.kind == kind]
        rows.append(
            (kind, str(len(alike)), _share(alike, lambda each: each.is_found), _share(alike, is_clean))
        )
    return table(("copy", "copies", "found", "clean"), rows)


def _strangers(answers: list[Answer]) -> str:
    rows = []
    for kind in sorted(_kinds(answers)):
        alike = [each for each in answers if each.kind == kind]
        claimed = sum(each.found is not None for each in alike)
        likened = sum(bool(each.layers) for each in alike)
        rows.append((kind, str(len(alike)), str(claimed), str(likened)))
    return table(("picture", "count", "said to be ours", "a layer names a work"), rows)


def _times(answers: Sequence[Answer]) -> str:
    rows = []
    for stage in Stage:
        if alike := _of(answers, stage):
            seconds = sorted(each.seconds for each in alike)
            late = seconds[min(len(seconds) - 1, int(0.95 * len(seconds)))]
            processor = median(each.processor for each in alike)
            total = sum(each.making + each.seconds for each in alike)
            figures = (median(each.making for each in alike), median(seconds), late, processor, total)
            rows.append((stage.value, *(number(each, 2) for each in figures)))
    head = ("stage", "made in, median", "examined in, median", "95 of 100", "CPU, median", "in all")
    return f"Seconds, one file at a time in each process.\n\n{table(head, rows)}"


def _share(answers: Sequence[Answer], holds: Callable[[Answer], bool]) -> str:
    return percent(sum(map(holds, answers)) / len(answers))


def _is_mistaken(answer: Answer) -> bool:
    return answer.found is not None and answer.found != answer.work


def _found(answers: Iterable[Answer]) -> list[Answer]:
    return [each for each in answers if each.is_found]


def _of(answers: Sequence[Answer], stage: Stage) -> list[Answer]:
    return [each for each in answers if each.stage is stage]


def _kinds(answers: Sequence[Answer]) -> list[str]:
    return list(dict.fromkeys(each.kind for each in answers))
