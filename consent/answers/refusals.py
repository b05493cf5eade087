"""Why an answer is not taken, in sentences for the person who answers."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from consent.scope import Proof
from consent.wording import CLAUSES, in_words


class Stale(Refusal):
    """What was answered is not what is asked by now."""

    def __init__(self) -> None:
        sentence = _("Meanwhile the request has changed. Nothing was agreed to: read the new version first.")
        super().__init__("request_changed", sentence, status=409)


def over() -> Refusal:
    """The request does not wait for an answer any more."""
    return Refusal("request_over", _("This request does not wait for an answer any more."))


def not_theirs() -> Refusal:
    """Somebody else is asked. Says nothing of whom."""
    sentence = _(
        "This account cannot agree: the name that it was accepted under is not the one that is asked."
    )
    return Refusal("not_the_person", sentence, status=403)


def name_unchecked() -> Refusal:
    """The account's real name was checked by nobody yet."""
    sentence = _("To agree, your real name must first be checked. To refuse, it need not.")
    return Refusal("identity_required", sentence, status=403)


def age_unknown() -> Refusal:
    """The person's document does not say how old they are."""
    sentence = _(
        "The document behind this name holds no date of birth, so nobody knows whether it is a child's: no consent would hold."
    )
    return Refusal("age_unknown", sentence, status=403)


def guardian_needed() -> Refusal:
    """A child answers by its guardian."""
    sentence = _("For a child under 14 a confirmed guardian has to agree.")
    return Refusal("guardian_needed", sentence, status=403)


def old_enough() -> Refusal:
    """A guardian acts for somebody who is no child any more."""
    return Refusal("guardian_not_needed", _("Whoever is 14 or older says so themselves."), status=403)


def moved_on() -> Refusal:
    """What was signed and said is asked for no more."""
    sentence = _(
        "Meanwhile the request was answered, put off or withdrawn, or ran out: nothing can be agreed to under it."
    )
    return Refusal("request_over", sentence)


def sign_in_again() -> Refusal:
    """The last sign-in is too long ago."""
    sentence = _("Sign in once more: this must be done within five minutes before you agree.")
    return Refusal("reauthentication_required", sentence, status=401)


def tick_missing() -> Refusal:
    """A separate consent was not given."""
    sentence = _("Some boxes are not ticked. Tick each that you agree to, or make the clauses narrower.")
    return Refusal("tick_missing", sentence, status=422)


def too_weak(needed: Proof) -> Refusal:
    """The use needs a graver proof than was given."""
    if needed is Proof.SPOKEN:
        sentence = _(
            "This use needs a signature by passkey and a spoken statement. You can add a passkey, make it narrower, or refuse."
        )
        return Refusal("signature_needed", sentence, status=422)
    sentence = _("This use needs a signature by passkey. You can add a passkey, make it narrower, or refuse.")
    return Refusal("signature_needed", sentence, status=422)


def wider(clauses: tuple[str, ...]) -> Refusal:
    """A counter-offer goes beyond what was asked for."""
    sentence = _("An offer can only be narrower than the request; these go beyond it: %(clauses)s.")
    names = in_words([str(CLAUSES[clause]) for clause in clauses])
    return Refusal("offer_wider", sentence % {"clauses": names}, status=422)


def unchanged() -> Refusal:
    """A counter-offer is what was asked for."""
    return Refusal(
        "offer_unchanged",
        _("Nothing in it is narrower. To agree as asked, agree to the request."),
        status=422,
    )


def incomplete() -> Refusal:
    """A counter-offer leaves a clause without anything."""
    sentence = _("An offer leaves something of every clause. To allow nothing, refuse.")
    return Refusal("scope_incomplete", sentence, status=422)


def question_gone() -> Refusal:
    """What was to be signed was signed already, or waited too long."""
    sentence = _("What you were to sign has run out or was used already. Look at the request again.")
    return Refusal("question_gone", sentence)


def not_typed(expected: str) -> Refusal:
    """The sentence that stands for a signature was not typed."""
    sentence = _("Type exactly this: %(sentence)s")
    return Refusal("sentence_missing", sentence % {"sentence": expected}, status=422)
