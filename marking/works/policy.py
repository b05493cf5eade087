"""The policy of this site, as its settings say."""

from __future__ import annotations

from django.conf import settings

from marking.policy.policy import Policy, policy_for


def site_policy() -> Policy:
    """What this site's works need: the jurisdictions and the wording that its settings name."""
    environment = settings.ENVIRONMENT
    return policy_for(environment["YINJI_JURISDICTIONS"], label=environment["YINJI_LABEL"])


def offers_unlabelled_copies() -> bool:
    """Whether an owner may be given a copy without the visible label (Labelling Measures Art. 9)."""
    return bool(settings.ENVIRONMENT["YINJI_UNLABELLED_COPIES"]) and site_policy().may_leave_label_out
