"""How this room says no."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.refusals import Refusal


def moved_on() -> Refusal:
    """Somebody else was first, or time was."""
    return Refusal("wrong_state", _("Meanwhile this request has moved on: look at it again."))


def not_allowed() -> Refusal:
    """The account holds no permission for this."""
    return Refusal("not_allowed", _("Your account does not hold the permission for this."), status=403)


def own_request() -> Refusal:
    """Who asks does not approve."""
    sentence = _("Nobody approves what they asked for themselves: two others have to.")
    return Refusal("own_request", sentence, status=403)


def concerned() -> Refusal:
    """Whose identity it is, and who has a stake in why it is opened, does not decide about it."""
    sentence = _(
        "This request is about your own identity, or about a matter of yours: others have to decide."
    )
    return Refusal("concerned", sentence, status=403)


def approved_already() -> Refusal:
    """One person, one approval."""
    return Refusal(
        "approved_already", _("You have approved this request: somebody else has to be the second.")
    )


def same_role() -> Refusal:
    """At least one approver must hold a role that the asker does not."""
    sentence = _(
        "One of the two who approve must hold another role than the one who asks. Let somebody of another role approve."
    )
    return Refusal("same_role", sentence, status=403)


def no_passkey() -> Refusal:
    """There is no other way to approve."""
    sentence = _(
        "Approving takes a passkey: a fingerprint, a face or a PIN on your own device. Add one to your account first."
    )
    return Refusal("passkey_needed", sentence, status=403)


def question_gone() -> Refusal:
    """A nonce that was used, ran out, or belongs to somebody else."""
    sentence = _(
        "What you signed is no longer asked: it was used already, or five minutes have passed. Read it again."
    )
    return Refusal("question_gone", sentence)


def window_over() -> Refusal:
    """Nothing can be read any more."""
    return Refusal("window_over", _("The time is over: nothing of it can be read any more."), status=410)
