"""Identity documents: kinds, forms, check digits and dates. Pure.

A well-formed number proves nothing about who holds the document; that is what providers are for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from stdnum.cn import uscc

EARLIEST_BIRTH = date(1900, 1, 1)
GUARDIAN_AGE = 14  # PIPL Art. 31; Regulations on the Protection of Minors in Cyberspace Art. 31
LONGEST_NAME = 100
LONGEST_NUMBER = 40

# ISO 7064 MOD 11-2 as GB 11643-1999 lays it over 17 digits.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_SEPARATORS = {"Zs", "Zl", "Zp", "Cc", "Cf", "Pd"}
_SPACES = re.compile(" +")
_EIGHTEEN = re.compile(r"[0-9]{17}[0-9X]")
# The first two digits of GB/T 2260 codes: 31 provinces and their like, and Taiwan.
_PROVINCES = frozenset(
    f"{number}"
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71))
    for number in range(first, last + 1)
)
_PERMIT_REGIONS = ("810000", "820000", "830000")  # Hong Kong, Macao, Taiwan
_OLD_RESIDENT_CARD = re.compile(r"[A-Z]{3}[0-9]{12}")
_PASSPORT = re.compile(r"[A-Z0-9]{6,9}")  # ICAO Doc 9303 part 3: at most nine characters
_HONG_KONG_MACAO_PERMIT = re.compile(r"[HM][0-9]{8}([0-9]{2})?")
_TAIWAN_PERMIT = re.compile(r"[0-9]{8}")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")  # the national numbering plan of mainland China
_COUNTRY_CODE = re.compile(r"(?:\+|00)?86(?=1[0-9]{10}$)")


class DocumentType(StrEnum):
    """What a person or an organisation can prove itself with."""

    RESIDENT_ID = "resident_id"
    RESIDENCE_PERMIT = "residence_permit"
    PERMANENT_RESIDENT_CARD = "permanent_resident_card"
    TRAVEL_PERMIT = "travel_permit"
    PASSPORT = "passport"
    ORGANISATION = "organisation"
    PROVIDER_ACCOUNT = "provider_account"


STATED = tuple(each for each in DocumentType if each is not DocumentType.PROVIDER_ACCOUNT)
"""The kinds that a person can state. An account at a provider is what that provider tells, never what anybody types."""


@dataclass(frozen=True)
class Document:
    """A well-formed document: its normalised number, and the birth date where the number holds one."""

    type: DocumentType
    number: str = field(repr=False)
    birth_date: date | None = field(default=None, repr=False)


class DocumentInvalid(ValueError):
    """A name or number that cannot be right.

    ``code`` is stable; ``template`` is an English sentence with ``%(found)s``-style places that ``found``
    fills, so that a page can translate it. None of them ever repeats the number or the name itself.
    """

    def __init__(self, code: str, template: str, **found: int) -> None:
        super().__init__(template % found)
        self.code = code
        self.template = template
        self.found = found

    @property
    def sentence(self) -> str:
        """The complaint in English."""
        return self.template % self.found


def gettext_noop(sentence: str) -> str:
    """Mark ``sentence`` for the message catalogue; translating it is the page's work."""
    return sentence


def check(
    document_type: DocumentType,
    number: str,
    today: date,
    *,
    stated_birth: date | None = None,
    least_age: int = GUARDIAN_AGE,
) -> Document:
    """Normalise ``number`` and check form, check character, birth date and age on ``today``.

    ``stated_birth``: what the person says, for documents whose number does not tell; one that does has the last word.
    Raises :class:`DocumentInvalid` with one of the codes ``length``, ``form``, ``check_character``,
    ``birth_date`` and ``minor``.
    """
    normalised = normalise(number)
    if len(normalised) > LONGEST_NUMBER:
        raise DocumentInvalid(
            "length",
            gettext_noop("A document number has at most %(most)d characters; found %(found)d."),
            most=LONGEST_NUMBER,
            found=len(normalised),
        )
    born = _CHECKS[document_type](normalised, today) or _stated(stated_birth, today)
    check_age(born, today, least_age=least_age)
    return Document(document_type, normalised, born)


def check_age(born: date | None, today: date, *, least_age: int = GUARDIAN_AGE) -> None:
    """Raises :class:`DocumentInvalid` with the code ``minor`` for somebody known to be younger than ``least_age``."""
    if born is not None and age(born, today) < least_age:
        raise DocumentInvalid(
            "minor",
            gettext_noop("Under the age of %(age)d a guardian must apply, with an account of their own."),
            age=least_age,
        )


def check_name(name: str) -> str:
    """The name of a person or organisation, NFKC-normalised: 1 to 100 characters, a letter among them.

    Invisible format characters are dropped, since some of them turn the reading direction. Raises :class:`DocumentInvalid` with the code ``name_characters``, ``name_length`` or ``name_letters``.
    """
    visible = "".join(each for each in name if unicodedata.category(each) != "Cf")
    normalised = _SPACES.sub(" ", unicodedata.normalize("NFKC", visible)).strip(" ")
    if any(unicodedata.category(each) in {"Cc", "Cs"} or each in "<>" for each in normalised):
        raise DocumentInvalid(
            "name_characters", gettext_noop("A name holds no control characters and no angle brackets.")
        )
    if not 1 <= len(normalised) <= LONGEST_NAME:
        raise DocumentInvalid(
            "name_length",
            gettext_noop("A name has 1 to %(most)d characters; found %(found)d."),
            most=LONGEST_NAME,
            found=len(normalised),
        )
    if not any(each.isalpha() for each in normalised):
        raise DocumentInvalid("name_letters", gettext_noop("A name holds at least one letter."))
    return normalised


def check_phone(phone: str) -> str:
    """A mainland mobile number as eleven digits; +86 and separators are all right.

    Raises :class:`DocumentInvalid` with the code ``phone``.
    """
    digits = _COUNTRY_CODE.sub("", normalise(phone))
    if not _MOBILE.fullmatch(digits):
        raise DocumentInvalid(
            "phone",
            gettext_noop("A mobile number of mainland China has eleven digits and starts with 13 to 19."),
        )
    return digits


def normalise(number: str) -> str:
    """Full-width to ASCII (NFKC), upper case, without spaces, hyphens and invisible characters."""
    upper = unicodedata.normalize("NFKC", number).upper()
    joined = "".join(each for each in upper if unicodedata.category(each) not in _SEPARATORS)
    return unicodedata.normalize("NFKC", joined)  # what a space held apart may compose now


def mask(number: str) -> str:
    """The first and the last two characters; everything between them hidden, whatever its length."""
    return f"{number[:2]}••••{number[-2:]}" if len(number) > 5 else "••••"


def check_character(digits: str) -> str:
    """The ISO 7064 MOD 11-2 check character of 17 digits."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True))
    return _CHECK_CHARACTERS[total % 11]


def birth_date(document_type: DocumentType, number: str) -> date | None:
    """The birth date in a number that :func:`check` or a provider accepted before; None for documents that hold none."""
    if document_type is DocumentType.PROVIDER_ACCOUNT:  # the provider's own number of a person
        return None
    return _CHECKS[document_type](normalise(number), date.max)


def age(born: date, today: date) -> int:
    """Full years on ``today``. Somebody born on 29 February turns older on 1 March in common years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _stated(born: date | None, today: date) -> date | None:
    if born is not None and not EARLIEST_BIRTH <= born <= today:
        raise DocumentInvalid("birth_date", gettext_noop("A birth date lies between 1900 and today."))
    return born


def _resident_id(number: str, today: date) -> date:
    _expect_eighteen(number)
    if number.startswith((*_PERMIT_REGIONS, "9")):
        raise DocumentInvalid(
            "form",
            gettext_noop(
                "This is the number of another kind of document: choose the kind printed on the card."
            ),
        )
    if number[:2] not in _PROVINCES:
        raise DocumentInvalid("form", gettext_noop("The first two digits of the number name no province."))
    return _birth_date(number[6:14], today)


def _residence_permit(number: str, today: date) -> date:
    _expect_eighteen(number)
    if not number.startswith(_PERMIT_REGIONS):
        raise DocumentInvalid(
            "form", gettext_noop("A residence permit number starts with 810000, 820000 or 830000.")
        )
    return _birth_date(number[6:14], today)


def _permanent_resident_card(number: str, today: date) -> date | None:
    if _OLD_RESIDENT_CARD.fullmatch(number):
        return None
    if len(number) != 18 or not number.startswith("9"):
        raise DocumentInvalid(
            "form",
            gettext_noop(
                "A permanent resident card number has 18 characters and starts with 9, "
                "or (older cards) has three letters and twelve digits."
            ),
        )
    _expect_eighteen(number)
    return _birth_date(number[6:14], today)


def _travel_permit(number: str, today: date) -> None:
    if not (_HONG_KONG_MACAO_PERMIT.fullmatch(number) or _TAIWAN_PERMIT.fullmatch(number)):
        raise DocumentInvalid(
            "form",
            gettext_noop("A travel permit number is H or M with 8 or 10 digits, or (Taiwan) 8 digits."),
        )


def _passport(number: str, today: date) -> None:
    if not _PASSPORT.fullmatch(number) or not any(each.isdigit() for each in number):
        raise DocumentInvalid(
            "form",
            gettext_noop("A passport number has 6 to 9 letters and digits, at least one of them a digit."),
        )


def _organisation(number: str, today: date) -> None:
    if len(number) != 18:
        raise DocumentInvalid(
            "length",
            gettext_noop("A unified social credit code has 18 characters; found %(found)d."),
            found=len(number),
        )
    if not number.isascii() or not uscc.is_valid(number):
        raise DocumentInvalid(
            "check_character",
            gettext_noop("The check character of this unified social credit code does not match the rest."),
        )


def _provider_account(number: str, today: date) -> None:
    raise DocumentInvalid(
        "form", gettext_noop("This kind of proof comes from a provider; it cannot be typed in.")
    )


_CHECKS: dict[DocumentType, Callable[[str, date], date | None]] = {
    DocumentType.RESIDENT_ID: _resident_id,
    DocumentType.RESIDENCE_PERMIT: _residence_permit,
    DocumentType.PERMANENT_RESIDENT_CARD: _permanent_resident_card,
    DocumentType.TRAVEL_PERMIT: _travel_permit,
    DocumentType.PASSPORT: _passport,
    DocumentType.ORGANISATION: _organisation,
    DocumentType.PROVIDER_ACCOUNT: _provider_account,
}


def _expect_eighteen(number: str) -> None:
    if len(number) != 18:
        raise DocumentInvalid(
            "length",
            gettext_noop("This kind of document has a number of 18 characters; found %(found)d."),
            found=len(number),
        )
    if not _EIGHTEEN.fullmatch(number):
        raise DocumentInvalid("form", gettext_noop("The number has 17 digits and then a digit or X."))
    if check_character(number[:17]) != number[17]:
        raise DocumentInvalid(
            "check_character",
            gettext_noop("The last character does not match the digits before it: one of them is mistyped."),
        )


def _birth_date(digits: str, today: date) -> date:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        born = date.min
    if not EARLIEST_BIRTH <= born <= today:
        raise DocumentInvalid(
            "birth_date",
            gettext_noop("Digits 7 to 14 of the number must be a birth date between 1900 and today."),
        )
    return born
