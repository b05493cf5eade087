"""How sure a verdict is, in words: what the strongest evidence under it is worth."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marking.marks.credential import TrustList
from marking.verification.report import Beside, Evidence, Finding, Layer, Report, Verdict
from marking.verification.weighing import weigh

_BY_EVIDENCE: Mapping[tuple[Layer, Finding], Promise] = {
    (Layer.HASH, Finding.PREVIEW): _("Certain: not one byte differs from the preview."),
    (Layer.HASH, Finding.REGISTERED): _("Certain: not one byte differs from the released file."),
    (Layer.WATERMARK, Finding.REGISTERED): _(
        "Practically certain: in ten million files without this mark, fewer than one would be misread like this."
    ),
    (Layer.WATERMARK, Finding.RECOGNISED): _(
        "Very high: in a million comparisons with other pictures, at most one would come out like this."
    ),
    (Layer.CREDENTIAL, Finding.VALID): _(
        "High: the signature fits the file. It is as good as the signer, who is on a list that this site knows."
    ),
    (Layer.IMPLICIT_LABEL, Finding.VALID): _(
        "As high as your trust in whoever wrote the label: metadata can be copied from one file to another."
    ),
    (Layer.CREDENTIAL, Finding.UNTRUSTED): _(
        "Limited: the file is as it was signed, but anybody could have signed it."
    ),
    (Layer.IMPLICIT_LABEL, Finding.INVALID): _(
        "Low: a label that is not in order, or was given to another picture, is a hint, no more."
    ),
    (Layer.CREDENTIAL, Finding.INVALID): _(
        "Low: what the credential says was said of other content than what is in the file now."
    ),
    (Layer.EXPLICIT_LABEL, Finding.FOUND): _(
        "Low: anybody can put such words on a picture, or cut them off."
    ),
    (Layer.WATERMARK, Finding.UNREGISTERED): _(
        "Low: the mark is there, but nothing is on record here that it could be held against."
    ),
    (Layer.FINGERPRINT, Finding.NEAR_COPY): _("Low: two pictures can look alike by chance or by intention."),
    (Layer.GENERATOR, Finding.FOUND): _("Low: anybody can write such traces, and anybody can delete them."),
}
"""What each kind of evidence is worth, the most first."""

_NOTHING = _("None either way: from what is missing, nothing follows.")


def certainty(report: Report) -> str:
    """Return how sure the verdict is, by the strongest evidence that gives this verdict by itself."""
    if report.verdict in (Verdict.NO_LABEL_FOUND, Verdict.INCONCLUSIVE):
        return str(_NOTHING)
    deciding = {_worth(each) for each in report.evidence if weigh([each]).verdict is report.verdict}
    return next((str(words) for which, words in _BY_EVIDENCE.items() if which in deciding), "")


def _worth(evidence: Evidence) -> tuple[Layer, Finding]:
    """Return as what evidence counts: a site's own certificate is vouched for by nobody, and moved metadata match nothing."""
    if evidence.facts.get("picture") == Beside.OTHER:
        return evidence.layer, Finding.INVALID
    if evidence.facts.get("trust_list") == TrustList.THIS_SITE_DEVELOPMENT:
        return evidence.layer, Finding.UNTRUSTED
    return evidence.layer, evidence.finding
