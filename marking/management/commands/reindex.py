"""``manage.py reindex``: make anew what pictures are found by."""

from __future__ import annotations

import json as json_format
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, no_translations

from marking.media import Limits, Refused
from marking.media.bounded import BoundedError, run_bounded
from marking.pipeline.parts import features_of
from marking.registry import index, parts
from marking.registry.models import Registration
from marking.works import files
from marking.works.execution import MARKING_BYTES
from marking.works.states import WorkState

SECONDS = 60.0
"""Wall time for the features of one picture."""


class Command(BaseCommand):
    help = "Make the indexes anew from the database. Exit 0: all done; 1: some pictures could not be read."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--features", action="store_true", help="first take the local features of works that have none"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    @no_translations
    def handle(self, *, features: bool, json: bool, **options: Any) -> None:
        taken = [self._take(each) for each in _without_features()] if features else []
        index.current().rebuild()
        parts.current().rebuild()
        done = {"fingerprints": index.current().count(), "taken": sum(taken), "failed": taken.count(False)}
        text = "{fingerprints} fingerprints are indexed; features of {taken} works were taken, of {failed} they could not be."
        self.stdout.write(json_format.dumps(done) if json else text.format(**done))
        if done["failed"]:
            sys.exit(1)

    def _take(self, registration: Registration) -> bool:
        """Take the features from the original, which has no label; tell why where that fails."""
        work = registration.work
        try:
            with files.local(work.source_path) as path:
                taken = run_bounded(features_of, path, Limits(), seconds=SECONDS, memory_bytes=MARKING_BYTES)
        except (Refused, BoundedError, OSError) as error:
            self.stderr.write(f"{work.code}: the original could not be read: {error}")
            return False
        Registration.objects.filter(pk=registration.pk).update(features=taken)
        return True


def _without_features() -> list[Registration]:
    """Released works that were registered before features were kept."""
    older = Registration.objects.filter(features=b"", work__state=WorkState.RELEASED)
    return list(older.select_related("work").defer("layout").order_by("pk"))
