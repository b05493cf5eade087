"""A run's folder: the scratch site, the edited copies, and every answer so far, so that a run can go on where it ended."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.benchmarks.tampering.asking import Answer
from tests.benchmarks.tampering.corpus import Stage

Codes = dict[str, str]  # of works, by the names of their pictures


class Kept:
    """What is in the folder of a run.

    Raises ValueError where another run lies in it: one with other pictures or another seed.
    """

    def __init__(self, folder: Path, paths: Sequence[Path], seed: int) -> None:
        self.site, self.copies = folder / "site", folder / "copies"
        self._plan, self._answers = folder / "plan.json", folder / "answers.jsonl"
        for each in (folder, self.copies):
            each.mkdir(parents=True, exist_ok=True)
        told = {"seed": seed, "pictures": [[path.name, path.stat().st_size] for path in paths]}
        held = self._held()
        if held and {name: held[name] for name in told} != told:
            raise ValueError(
                f"expected a new folder or one of a run on the same pictures, found another at {folder}"
            )
        self._told, self._codes = told, dict(held.get("works", {}))

    @property
    def codes(self) -> Codes:
        """Works that are marked already."""
        return dict(self._codes)

    def add_work(self, name: str, code: str) -> None:
        """Keep in mind that a picture is marked."""
        self._codes[name] = code
        self._plan.write_text(json.dumps({**self._told, "works": self._codes}, indent=1), encoding="utf-8")

    def add(self, answer: Answer) -> None:
        """Write an answer down, at once."""
        with self._answers.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(answer), ensure_ascii=False) + "\n")

    def answers(self) -> dict[str, Answer]:
        """All answers so far by the names of their cases; a last line that was cut off is left out."""
        if not self._answers.exists():
            return {}
        lines = self._answers.read_text(encoding="utf-8").split("\n")[:-1]
        read = [_answer(json.loads(line)) for line in lines]
        return {each.case: each for each in read}

    def _held(self) -> dict[str, Any]:
        return json.loads(self._plan.read_text(encoding="utf-8")) if self._plan.exists() else {}


def _answer(values: dict[str, Any]) -> Answer:
    values["stage"] = Stage(values["stage"])
    values["truth"] = tuple(tuple(box) for box in values["truth"])
    return Answer(**{**values, "layers": tuple(values["layers"]), "changes": tuple(values["changes"])})
