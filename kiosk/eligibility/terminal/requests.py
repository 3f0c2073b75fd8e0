"""Writing requests to the terminal: pure functions to the bytes of a file, by 別紙3-1."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, Literal
from xml.sax.saxutils import escape

from kiosk.eligibility.terminal.errors import RequestRefused
from kiosk.eligibility.terminal.model import Enquiry, ReferenceRegistration

__all__ = [
    "Encoding",
    "asked",
    "check_enquiry",
    "check_registration",
    "write_bulk",
    "write_download",
    "registered_as",
    "write_registration",
    "write_registrations",
    "write_request",
]

Encoding = Literal["utf-8", "shift_jis"]

_CODECS: Final[Mapping[Encoding, tuple[str, str]]] = {"utf-8": ("utf-8", "UTF-8"), "shift_jis": ("cp932", "Shift_JIS")}
_INSURER = re.compile(r"\d{6}(\d{2})?", re.ASCII)
_BRANCH = re.compile(r"\d{2}", re.ASCII)
_PLAIN = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]*")
_INSURER_WIDTH = 8
_LONGEST_NUMBER, _LONGEST_REFERENCE = 20, 50

_Line = tuple[str, str | Sequence["_Line"]]


def check_enquiry(enquiry: Enquiry, encoding: Encoding = "utf-8") -> None:
    """Pass an enquiry that a request in this encoding can carry.

    Raises:
        RequestRefused: A value has another form.

    """
    _check_numbers(enquiry.insurer_number, enquiry.symbol, enquiry.number, enquiry.branch)
    _check("identifier", enquiry.identifier, 0, _LONGEST_REFERENCE)
    if enquiry.birth_date > enquiry.on:
        raise RequestRefused("birth_date", "must not lie after the day asked about")
    _check_encodable(encoding, symbol=enquiry.symbol, number=enquiry.number)


def check_registration(registration: ReferenceRegistration, encoding: Encoding = "utf-8") -> None:
    """Pass a registration that a request in this encoding can carry. Raises RequestRefused."""
    _check_numbers(registration.insurer_number, registration.symbol, registration.number, registration.branch)
    _check("reference", registration.reference, 1, _LONGEST_REFERENCE)
    numbers = {"symbol": registration.symbol, "number": registration.number}
    _check_encodable(encoding, reference=registration.reference, **numbers)


def write_request(enquiry: Enquiry, institution: str, identifier: str, encoding: Encoding = "utf-8") -> bytes:
    """Return a 資格確認要求 (OQSsiquc01req).

    Args:
        enquiry: who is asked about.
        institution: 医療機関コード, 10 digits.
        identifier: 任意のファイル識別子, which the answer repeats.
        encoding: how the file is written.

    Raises:
        RequestRefused: A value has another form, or a character that the encoding does not have.

    """
    return write_bulk([enquiry], enquiry.on, institution, identifier, encoding)


def write_bulk(
    enquiries: Iterable[Enquiry], on: date, institution: str, identifier: str, encoding: Encoding = "utf-8"
) -> bytes:
    """Return a 資格確認一括照会要求 (OQSmuquc01req) for one day. Raises RequestRefused."""
    header = (("QualificationConfirmationDate", _day(on)), *_header(institution, identifier))
    return _message(header, [_search(enquiry) for enquiry in enquiries], encoding)


def write_download(reception: str, institution: str, encoding: Encoding = "utf-8") -> bytes:
    """Return a 資格確認一括照会ダウンロード要求 (OQSmuquc02req) for a 受付番号. Raises RequestRefused."""
    header = (("MedicalInstitutionCode", institution),)
    return _message(header, [("ReceptionNumber", reception)], encoding)


def write_registration(
    registration: ReferenceRegistration, institution: str, identifier: str, encoding: Encoding = "utf-8"
) -> bytes:
    """Return a 照会番号登録要求 (OQSsiimm01req). Raises RequestRefused."""
    return write_registrations([registration], institution, identifier, encoding)


def write_registrations(
    registrations: Iterable[ReferenceRegistration], institution: str, identifier: str, encoding: Encoding = "utf-8"
) -> bytes:
    """Return a 照会番号一括登録要求 (OQSmuimm01req). Raises RequestRefused."""
    blocks = [_registration(registration) for registration in registrations]
    return _message(_header(institution, identifier), blocks, encoding)


def asked(enquiry: Enquiry) -> Mapping[str, str]:
    """Return what the answer may repeat of an enquiry, by element, without padding."""
    return {name: text.strip() for name, text in _identity(enquiry)}


def _identity(enquiry: Enquiry) -> list[tuple[str, str]]:
    numbers = _numbers(enquiry.insurer_number, enquiry.symbol, enquiry.number, enquiry.branch)
    return [*numbers, ("Birthdate", _day(enquiry.birth_date))]


def registered_as(registration: ReferenceRegistration) -> Mapping[str, str]:
    """Return what the answer repeats of a registration, by element, without padding."""
    numbers = _numbers(registration.insurer_number, registration.symbol, registration.number, registration.branch)
    return {"ReferenceNumber": registration.reference, **{name: text.strip() for name, text in numbers}}


def _registration(registration: ReferenceRegistration) -> _Line:
    check_registration(registration)
    numbers = _numbers(registration.insurer_number, registration.symbol, registration.number, registration.branch)
    return "ReferenceNumberRegistrationInfo", [("ReferenceNumber", registration.reference), *numbers]


def _search(enquiry: Enquiry) -> _Line:
    check_enquiry(enquiry)
    consent = ("LimitApplicationCertificateRelatedConsFlg", str(int(enquiry.limit_consent)))
    identifier = [("ArbitraryIdentifier", enquiry.identifier)] if enquiry.identifier else []
    return "QualificationConfirmSearchInfo", [*_identity(enquiry), consent, *identifier]


def _header(institution: str, identifier: str) -> tuple[_Line, ...]:
    return ("MedicalInstitutionCode", institution), ("ArbitraryFileIdentifier", identifier)


def _numbers(insurer: str, symbol: str, number: str, branch: str) -> list[tuple[str, str]]:
    """Return the elements of the four numbers. A 保険者番号 of six digits is padded with spaces, never with zeros."""
    lines = [
        ("InsurerNumber", insurer.rjust(_INSURER_WIDTH)),
        ("InsuredCardSymbol", symbol),
        ("InsuredIdentificationNumber", number),
        ("InsuredBranchNumber", branch),
    ]
    return [line for line in lines if line[1]]


def _check_numbers(insurer: str, symbol: str, number: str, branch: str) -> None:
    if not _INSURER.fullmatch(insurer):
        raise RequestRefused("insurer_number", "must be 6 or 8 digits")
    _check("symbol", symbol, 0, _LONGEST_NUMBER)
    _check("number", number, 1, _LONGEST_NUMBER)
    if branch and not _BRANCH.fullmatch(branch):
        raise RequestRefused("branch", "must be two digits")


def _check(field: str, text: str, least: int, most: int) -> None:
    if not least <= len(text) <= most or not _PLAIN.fullmatch(text) or text != text.strip():
        raise RequestRefused(field, f"must be {least} to {most} characters, without a space at either end")


def _check_encodable(encoding: Encoding, **texts: str) -> None:
    codec, name = _CODECS[encoding]
    for field, text in texts.items():
        try:
            text.encode(codec)
        except UnicodeEncodeError:
            raise RequestRefused(field, f"a character has no form in {name} (terminal.encoding)") from None


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


def _message(header: Iterable[_Line], body: Iterable[_Line], encoding: Encoding) -> bytes:
    codec, name = _CODECS[encoding]
    lines = _written(("XmlMsg", [("MessageHeader", list(header)), ("MessageBody", list(body))]))
    text = "\n".join((f'<?xml version="1.0" encoding="{name}" standalone="no"?>', *lines, ""))
    try:
        return text.encode(codec)
    except UnicodeEncodeError:
        raise RequestRefused("terminal.encoding", f"a character has no form in {name}") from None


def _written(line: _Line, depth: int = 0) -> Iterable[str]:
    name, content = line
    indent = "  " * depth
    if isinstance(content, str):
        yield f"{indent}<{name}>{escape(content)}</{name}>"
        return
    yield f"{indent}<{name}>"
    for below in content:
        yield from _written(below, depth + 1)
    yield f"{indent}</{name}>"
