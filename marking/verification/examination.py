"""One upload's examination in a thread of its own, so that a page can be sent while it goes on.

The thread holds the process's place and the file, and lets go of both whatever happens: an end, a refusal, a fault, or a
reader who has left.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from pathlib import Path
from queue import SimpleQueue

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import connections
from django.utils import translation

from accounts.refusals import Refusal
from marking.media import Refused
from marking.verification import intake
from marking.verification.examine import examine
from marking.verification.report import Evidence, Report

logger = logging.getLogger(__name__)


class Abandoned(Exception):
    """Nobody waits for the report any more."""


class Examination:
    """An examination of ``file`` that has begun, at ``place`` as soon as that is free. The file is closed, and so deleted, when it ends.

    Raises `Refusal` where the file is not examined at all, before anything is told; whatever else goes wrong then is
    raised too.
    """

    def __init__(self, file: TemporaryUploadedFile, place: AbstractContextManager[None]) -> None:
        self._file = file
        self._place = place
        self._language = translation.get_language()
        self._told: SimpleQueue[Evidence | None] = SimpleQueue()
        self._is_abandoned = threading.Event()
        with_one_thread = ThreadPoolExecutor(1, thread_name_prefix="examination")
        self._ended = with_one_thread.submit(self._examine)
        with_one_thread.shutdown(wait=False)
        self._next = self._told.get()
        if self._next is None:
            self._ended.result()

    def layers(self) -> Iterator[Evidence]:
        """Yield each layer's evidence as soon as it is there; the registry was not asked about it yet."""
        while self._next is not None:
            yield self._next
            self._next = self._told.get()

    def report(self) -> Report | None:
        """Wait for the report. None where the examination broke; the reason is in the log."""
        error = self._ended.exception()
        if error is None:
            return self._ended.result()
        logger.error("an examination broke off: %s", type(error).__name__, exc_info=error)
        return None

    def close(self) -> None:
        """End the examination at the next layer, if it still goes on, and wait until the file is gone."""
        self._is_abandoned.set()
        wait([self._ended])

    def _examine(self) -> Report:
        try:
            with translation.override(self._language), self._place:
                return self._report()
        finally:
            self._file.close()
            connections.close_all()
            self._told.put(None)

    def _report(self) -> Report:
        try:
            path = Path(self._file.temporary_file_path())
            report = examine(path, self._file.name or "", on_layer=self._tell)
        except Refused as refused:
            sentence = intake.sentence_of(refused)
            raise Refusal(refused.code, sentence, status=intake.status_of(refused)) from refused
        logger.info("examined a file of %s bytes: %s", self._file.size, report.verdict.value)
        return report

    def _tell(self, evidence: Evidence) -> None:
        if self._is_abandoned.is_set():
            raise Abandoned
        self._told.put(evidence)
