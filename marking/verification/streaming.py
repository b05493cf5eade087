"""The page of a check, sent while the file is examined: its head, a line for each layer, then the report.

Everything that can be refused was refused before the first byte, so that the status of an answer is a true one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation

from marking.verification.accepted import limits
from marking.verification.examination import Examination
from marking.verification.keeping import KEPT_DAYS, offer
from marking.verification.presentation import shown
from marking.verification.report import Evidence, Finding, Layer
from marking.verification.wording import TITLES

LAYERS_HERE, REPORT_HERE = "<!-- layers -->", "<!-- report -->"
"""Where the page is cut; it is rendered as a whole, so that its head and its foot fit."""


def response(request: HttpRequest, examination: Examination) -> StreamingHttpResponse:
    """Return the page, which is sent piece by piece. Whoever closes it ends the examination."""
    answer = StreamingHttpResponse(_Page(request, examination))
    answer["Cache-Control"] = "no-store"
    # nginx and others after it collect an answer before they pass it on, unless it says this.
    answer["X-Accel-Buffering"] = "no"
    return answer


class _Page:
    """The pieces of the page. Its frame is rendered at once: who reads it is known, and no cookie is set later."""

    def __init__(self, request: HttpRequest, examination: Examination) -> None:
        self._request = request
        self._examination = examination
        self._language = translation.get_language()
        frame = self._rendered("checking.html", {})
        self._head, rest = frame.split(LAYERS_HERE)
        self._middle, self._foot = rest.split(REPORT_HERE)

    def __iter__(self) -> Iterator[str]:
        yield self._head
        for number, evidence in enumerate(self._examination.layers(), start=1):
            yield self._line(number, evidence)
        yield self._middle
        yield self._outcome()
        yield self._foot

    def close(self) -> None:
        """Let go of the file, also when the reader has left."""
        self._examination.close()

    def _line(self, number: int, evidence: Evidence) -> str:
        is_examined = evidence.finding is not Finding.INCONCLUSIVE
        context = {"number": number, "count": len(Layer), "layer": TITLES[evidence.layer]}
        return self._rendered("_examined.html", context | {"is_examined": is_examined})

    def _outcome(self) -> str:
        report = self._examination.report()
        if report is None:
            return self._rendered("_broken_off.html", {"limits": limits()})
        with translation.override(self._language):
            context = {"report": shown(report), "limits": limits(), "days": KEPT_DAYS}
            context["offer"] = offer(report, now=timezone.now())
        return self._rendered("_outcome.html", context)

    def _rendered(self, name: str, context: dict[str, Any]) -> str:
        """Render in the reader's language: the thread that sends may have answered somebody else in between."""
        with translation.override(self._language):
            return render_to_string(f"marking/verification/{name}", context, self._request)
