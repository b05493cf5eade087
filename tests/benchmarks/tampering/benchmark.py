"""What ``manage.py benchmark tampering`` runs: marking, then every case of the corpus, then the tables."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing.pool import Pool
from pathlib import Path

from tests.benchmarks.tampering import works
from tests.benchmarks.tampering.asking import Answer, Corpus, ask
from tests.benchmarks.tampering.corpus import Case, Stage, cases, split
from tests.benchmarks.tampering.keeping import Codes, Kept
from tests.benchmarks.tampering.report import sections
from tests.benchmarks.tampering.request import Request, check
from tests.benchmarks.tampering.site import processes
from tests.benchmarks.watermark.attacks import SEED
from tests.benchmarks.watermark.document import updated
from tests.benchmarks.watermark.folder import pictures_in

Tell = Callable[[str], None]
TITLE = "# Tampering\n"


@dataclass(frozen=True)
class Pictures:
    """Those to mark, and those that are never marked."""

    marked: tuple[Path, ...]
    held_out: tuple[Path, ...]


def pictures(request: Request, tell: Tell) -> Pictures:
    """The pictures of a request. Raises ValueError for one that cannot be carried out."""
    check(request)
    return Pictures(*split(pictures_in(request.images, request.limit, tell)))


def run(request: Request, chosen: Pictures, tell: Tell) -> list[Answer]:
    """Mark the pictures on a site of its own and ask about every case; ``tell`` is given a line for each step.

    Raises ValueError where the kept folder is another run's, or no picture can be marked.
    """
    with _folder(request.keep) as folder:
        kept = Kept(folder, (*chosen.marked, *chosen.held_out), SEED)
        with processes(kept.site, 1) as pool:
            pool.apply(works.prepare)
        with processes(kept.site, request.jobs) as pool:
            codes = _marked(kept, chosen.marked, pool, tell)
            asked = cases(
                [codes[path.name] for path in chosen.marked if path.name in codes],
                stages=[Stage(each) for each in request.stages] or list(Stage),
                kinds=request.kinds,
                copies=request.copies,
                unrelated=request.unrelated,
            )
            return _asked(kept, Corpus(kept.copies, chosen.held_out, SEED), asked, pool, tell)


def tables(answers: Sequence[Answer]) -> dict[str, str]:
    """The sections of the document by their headings."""
    return sections(answers)


def save(request: Request, answers: Sequence[Answer]) -> None:
    """Write the document and the record that were asked for."""
    if request.markdown:
        held = request.markdown.read_text(encoding="utf-8") if request.markdown.exists() else TITLE
        request.markdown.write_text(updated(held, tables(answers)), encoding="utf-8")
    if request.json:
        record = {"seed": SEED, "answers": [asdict(answer) for answer in answers]}
        request.json.write_text(json.dumps(record, indent=1, ensure_ascii=False), encoding="utf-8")


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        yield keep.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="yinji-tampering-") as folder:
        yield Path(folder)


def _marked(kept: Kept, paths: Sequence[Path], pool: Pool, tell: Tell) -> Codes:
    """The codes of the works by the names of their pictures; what cannot be marked is told and left out."""
    missing = [path for path in paths if path.name not in kept.codes]
    for path, (code, reason) in zip(missing, pool.imap(works.try_to_mark, missing), strict=True):
        tell(f"{path.name}: {'marked' if code else f'left out, {reason}'}")
        if code:
            kept.add_work(path.name, code)
    if not kept.codes:
        raise ValueError("expected a picture that can be marked, found none")
    return kept.codes


def _asked(kept: Kept, corpus: Corpus, asked: Sequence[Case], pool: Pool, tell: Tell) -> list[Answer]:
    """The answers in the order of the cases; those of an earlier run are not asked for again."""
    done = kept.answers()
    left = [case for case in asked if case.name not in done]
    for number, answer in enumerate(pool.imap(partial(ask, corpus), left), 1):
        kept.add(answer)
        done[answer.case] = answer
        tell(f"{number}/{len(left)} {answer.case}: {_told(answer)}")
    return [done[case.name] for case in asked]


def _told(answer: Answer) -> str:
    if answer.stage is Stage.UNRELATED:
        return "not ours" if answer.found is None else "SAID TO BE OURS"
    found = "found" if answer.is_found else "NOT FOUND"
    return f"{found}, {answer.seconds:.1f} s, changes: {', '.join(each['kind'] for each in answer.changes) or 'none'}"
