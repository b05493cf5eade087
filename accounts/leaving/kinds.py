"""What people are told about their own account."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.notices.kinds import Kind

PROMISED = Kind(
    "account.deletion_promised",
    _("The deletion of your account is requested"),
    _(
        "What this site holds of you is sealed from today, and erased on %(date)s. Until then you can take the request back."
    ),
    url_name="me:delete_account",
    is_mailed=False,  # a mail of its own names the date
    open_params=("date",),
)
POSTPONED = Kind(
    "account.erasure_postponed",
    _("The deletion of your account is postponed"),
    _(
        "The law keeps what proceedings need. Your account stays sealed, and is erased within a day after the last of these "
        "holds is lifted."
    ),
    url_name="me:delete_account",
    is_required=True,
)
ALL = (PROMISED, POSTPONED)
