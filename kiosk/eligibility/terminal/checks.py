"""Whether an answer is one to our enquiry: whatever it repeats of the enquiry must fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kiosk.eligibility.terminal.answers import ASKED, Header
from kiosk.eligibility.terminal.errors import OtherAnswer
from kiosk.eligibility.terminal.model import Answer, Enquiry
from kiosk.eligibility.terminal.numbers import plain_number
from kiosk.eligibility.terminal.requests import asked

__all__ = ["require_fit", "require_ours"]


_NUMBER: Final = "InsuredIdentificationNumber"


def require_ours(header: Header, institution: str, identifier: str | None) -> None:
    """Pass a header that names no other 医療機関 and no other file than ours. Raises OtherAnswer."""
    if header.institution not in (None, institution):
        raise OtherAnswer("MedicalInstitutionCode is another's")
    if identifier is not None and header.identifier not in (None, identifier):
        raise OtherAnswer("ArbitraryFileIdentifier is another's")


def require_fit(enquiry: Enquiry, repeated: Mapping[str, str | None], answer: Answer) -> None:
    """Pass an answer that is about the person of the enquiry. Raises OtherAnswer.

    The numbers of a result may differ, since a new 資格 may come with an old number; the birthday may not. An answer
    that does not repeat the number that was asked about must have it in a result: else it may be anybody's.
    """
    ours = asked(enquiry)
    for name in ASKED:
        if (theirs := repeated.get(name)) is not None and plain_number(theirs) != plain_number(ours.get(name, "")):
            raise OtherAnswer(f"{name} is another's")
    if any(one.birth_date not in (None, enquiry.birth_date) for one in answer.results):
        raise OtherAnswer("a result has another Birthdate")
    numbers = {_unpadded(one.number) for one in answer.results if one.number is not None}
    if repeated.get(_NUMBER) is None and numbers and _unpadded(enquiry.number) not in numbers:
        raise OtherAnswer("neither the enquiry that it repeats nor a result has our number")


def _unpadded(number: str) -> str:
    return plain_number(number).lstrip("0")
