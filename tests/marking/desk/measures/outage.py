"""A site whose worker was away while the clock of a notice ran out, and that is started anew: each step in a process of its own.

``python -m tests.marking.desk.measures.outage STEP FOLDER``; STEP is one of `STEPS`. Prints what it found as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any


def _set_up(folder: str) -> None:
    for name in [name for name in os.environ if name.startswith("YINJI_")]:
        del os.environ[name]
    os.environ.update({"YINJI_DATA": folder, "DJANGO_SETTINGS_MODULE": "config.settings"})
    import django

    django.setup()


def notice() -> dict[str, Any]:
    """Two works of the same source, and a complete notice about one of them, whose 48 hours are over."""
    from django.core.management import call_command
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    from accounts.users.models import User
    from marking.desk.cases.kinds import Kind
    from marking.desk.filing.services import file_case
    from tests.consent.depicting import work_of
    from tests.marking.desk.complaints import complaint

    owner = User.objects.create_user("creator@example.com", "correct horse battery")
    first, _copy = (work_of(owner, "released", depicts="nobody") for _ in range(2))
    said = complaint(
        kind=Kind.INTIMATE_IMAGE, work=first, signature="Marguerite Yourcenar", is_in_good_faith=True
    )
    file_case(said, now=timezone.now() - timedelta(hours=60))
    return found()


def found() -> dict[str, Any]:
    """Whether the works are served, and what is written down."""
    from accounts.reasons.models import StatementOfReasons
    from accounts.records.models import Record
    from marking.desk.measures.models import Measure
    from marking.works import gate
    from marking.works.models import Work

    return {
        "served": [gate.is_served(work) for work in Work.objects.order_by("pk")],
        "records": Record.objects.filter(kind="case.access_off").count(),
        "measures": Measure.objects.count(),
        "statements": StatementOfReasons.objects.count(),
    }


def sweep() -> dict[str, Any]:
    """The worker's task, as the first thing that a process does."""
    from marking.desk.tasks import sweep as task

    task()
    return found()


STEPS: Mapping[str, Callable[[], dict[str, Any]]] = {"notice": notice, "found": found, "sweep": sweep}

if __name__ == "__main__":
    _set_up(sys.argv[2])
    sys.stdout.write(json.dumps(STEPS[sys.argv[1]]()))
