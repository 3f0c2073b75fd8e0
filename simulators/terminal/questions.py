"""Read what a client puts into req, as strictly as a peer can: names, order, lengths and values of all elements.

Source: reference pages on the 外部インターフェイス仕様書, 別紙3-1 (XML layouts).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from xml.etree import ElementTree

__all__ = [
    "MOST_BYTES",
    "BulkFetch",
    "BulkQuestion",
    "BulkRegistration",
    "RequestHeader",
    "Kind",
    "SearchInfo",
    "RegistrationBlock",
    "Request",
    "WrongRequest",
    "SingleQuestion",
    "SingleRegistration",
    "has_right_check_digit",
    "read_request",
]

MOST_BYTES: Final = 4 * 1024 * 1024
"""The most bytes that a request may have."""


class WrongRequest(Exception):
    """A request is wrong. ``code`` is one of ours; the text names the element and repeats nothing of its content."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class RequestHeader:
    """The MessageHeader of a request; ``on`` is 資格確認日 (None where the message has none)."""

    institution: str
    file_identifier: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True, repr=False)
class SearchInfo:
    """One QualificationConfirmSearchInfo. ``fields`` are its elements as they came, to be echoed."""

    insurer_number: str
    symbol: str
    number: str
    branch: str
    birth_date: date
    limit_consent: bool
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, repr=False)
class RegistrationBlock:
    """One ReferenceNumberRegistrationInfo (照会番号登録)."""

    reference: str
    insurer_number: str
    symbol: str
    number: str
    branch: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SingleQuestion:
    """資格確認要求 (OQS-IF-001)."""

    header: RequestHeader
    question: SearchInfo


@dataclass(frozen=True, slots=True)
class SingleRegistration:
    """照会番号登録要求 (OQS-IF-003)."""

    header: RequestHeader
    registration: RegistrationBlock


@dataclass(frozen=True, slots=True)
class BulkQuestion:
    """資格確認一括照会要求, first step (OQS-IF-005)."""

    header: RequestHeader
    questions: Sequence[SearchInfo]


@dataclass(frozen=True, slots=True)
class BulkRegistration:
    """照会番号一括登録要求, first step (OQS-IF-009)."""

    header: RequestHeader
    registrations: Sequence[RegistrationBlock]


@dataclass(frozen=True, slots=True)
class BulkFetch:
    """The second step of either (OQS-IF-007, OQS-IF-011)."""

    header: RequestHeader
    reception: str


Request = SingleQuestion | SingleRegistration | BulkQuestion | BulkRegistration | BulkFetch
Kind = str
"""The part of a file's name that says which message it is: ``siquc01``, ``siimm01``, ``muquc01`` …"""


def read_request(kind: Kind, content: bytes) -> Request:
    """Return the request in a file of this kind.

    Raises:
        WrongRequest: The client has not kept to the layout.

    """
    head, body = _head_and_body(_root(content))
    match kind:
        case "siquc01":
            return SingleQuestion(_header(head, _DATED), _question(_only(body, _SEARCH)))
        case "siimm01":
            return SingleRegistration(_header(head, _UNDATED), _registration(_only(body, _REGISTER)))
        case "muquc01":
            return BulkQuestion(_header(head, _DATED), [_question(one) for one in _all(body, _SEARCH)])
        case "muimm01":
            return BulkRegistration(_header(head, _UNDATED), [_registration(one) for one in _all(body, _REGISTER)])
        case _:
            return BulkFetch(_header(head, _BARE), _fields(body, _FETCH)["ReceptionNumber"])


# From bytes to elements


def _root(content: bytes) -> ElementTree.Element:
    if len(content) > MOST_BYTES:
        raise WrongRequest("SIM-E005", f"larger than {MOST_BYTES} bytes")
    text = _decoded(content)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise WrongRequest("SIM-E001", "has a document type")
    try:
        return ElementTree.fromstring(text)  # noqa: S314 - there is no document type, so there are no entities
    except ElementTree.ParseError:
        raise WrongRequest("SIM-E001", "is no well-formed XML") from None


def _decoded(content: bytes) -> str:
    """Return the text without its declaration: the parser of the standard library knows no Shift_JIS."""
    content = content.removeprefix(b"\xef\xbb\xbf")
    declared = _DECLARATION.match(content)
    codec = _CODECS.get(declared[1].lower()) if declared else None
    if declared is None or codec is None:
        raise WrongRequest("SIM-E001", "does not begin with a declaration of UTF-8 or Shift_JIS")
    try:
        return content[declared.end() :].decode(codec)
    except UnicodeDecodeError:
        raise WrongRequest("SIM-E001", "is not in the encoding that it declares") from None


def _head_and_body(root: ElementTree.Element) -> tuple[ElementTree.Element, ElementTree.Element]:
    if root.tag != "XmlMsg" or [child.tag for child in root] != ["MessageHeader", "MessageBody"]:
        raise WrongRequest("SIM-E002", "is no XmlMsg of a MessageHeader and a MessageBody")
    return root[0], root[1]


def _all(body: ElementTree.Element, name: str) -> Sequence[ElementTree.Element]:
    if not len(body) or any(child.tag != name for child in body):
        raise WrongRequest("SIM-E002", f"MessageBody: holds something else than {name}")
    return list(body)


def _only(body: ElementTree.Element, name: str) -> ElementTree.Element:
    found = _all(body, name)
    if len(found) > 1:
        raise WrongRequest("SIM-E002", f"MessageBody: holds more than one {name}")
    return found[0]


# Layouts


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    right: Callable[[str], bool]
    needed: bool = True


def _fields(parent: ElementTree.Element, layout: Sequence[_Field]) -> dict[str, str]:
    """Return the texts of the children by their names; an element without text counts as absent."""
    names = [field.name for field in layout]
    places = [names.index(child.tag) if child.tag in names else -1 for child in parent]
    if -1 in places:
        raise WrongRequest("SIM-E002", f"{parent.tag}: an element is not of the layout")
    if places != sorted(set(places)):
        raise WrongRequest("SIM-E002", f"{parent.tag}: the elements are not in the order of the layout")
    if any(len(child) or child.attrib for child in parent):
        raise WrongRequest("SIM-E002", f"{parent.tag}: an element holds something else than text")
    texts = {child.tag: child.text for child in parent if child.text}
    for field in layout:
        _check(field, texts.get(field.name))
    return texts


def _check(field: _Field, text: str | None) -> None:
    if text is None:
        if field.needed:
            raise WrongRequest("SIM-E003", f"{field.name}: is missing")
    elif not field.right(text):
        raise WrongRequest("SIM-E004", f"{field.name}: has no such value")


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern, re.ASCII)
    return lambda text: compiled.fullmatch(text) is not None


def _up_to(length: int) -> Callable[[str], bool]:
    return lambda text: len(text) <= length and text == text.strip() and text.isprintable()


def _is_day(text: str) -> bool:
    return _day(text) is not None


def _day(text: str) -> date | None:
    """Return the day YYYYMMDD of the years 1868 to 2199; None if it does not exist."""
    if not re.fullmatch(r"\d{8}", text, re.ASCII):
        return None
    try:
        day = date.fromisoformat(f"{text[:4]}-{text[4:6]}-{text[6:]}")
    except ValueError:
        return None
    return day if 1868 <= day.year <= 2199 else None


def has_right_check_digit(insurer_number: str) -> bool:
    """Return whether the last digit fits the others (設定要領: weights 2, 1, 2 … from the right, digit sums)."""
    *body, last = map(int, insurer_number)
    products = (digit * (2 - place % 2) for place, digit in enumerate(reversed(body)))
    return (10 - sum(product // 10 + product % 10 for product in products) % 10) % 10 == last


_DECLARATION: Final = re.compile(
    rb"""\s*<\?xml\s+version=["']1\.0["']\s+encoding=["']([A-Za-z0-9_-]+)["'](?:\s+standalone=["'](?:yes|no)["'])?\s*\?>"""
)
_CODECS: Final = {b"utf-8": "utf-8", b"shift_jis": "cp932"}
_SEARCH: Final = "QualificationConfirmSearchInfo"
_REGISTER: Final = "ReferenceNumberRegistrationInfo"

_INSTITUTION: Final = _Field("MedicalInstitutionCode", _matches(r"\d{10}"))
_FILE: Final = _Field("ArbitraryFileIdentifier", _up_to(100), needed=False)
_DATED: Final = (_Field("QualificationConfirmationDate", _is_day), _INSTITUTION, _FILE)
_UNDATED: Final = (_INSTITUTION, _FILE)
_BARE: Final = (_INSTITUTION,)
_FETCH: Final = (_Field("ReceptionNumber", _up_to(50)),)

_INSURER: Final = _Field("InsurerNumber", _matches(r"\d{8}|  \d{6}"))
_SYMBOL: Final = _Field("InsuredCardSymbol", _up_to(20), needed=False)
_NUMBER: Final = _Field("InsuredIdentificationNumber", _up_to(20))
_BRANCH: Final = _Field("InsuredBranchNumber", _matches(r"\d{2}"), needed=False)
_QUESTION: Final = (
    _INSURER,
    _SYMBOL,
    _NUMBER,
    _BRANCH,
    _Field("Birthdate", _is_day),
    _Field("LimitApplicationCertificateRelatedConsFlg", _matches("[01]")),
    _Field("ArbitraryIdentifier", _up_to(100), needed=False),
)
_REGISTRATION: Final = (_Field("ReferenceNumber", _up_to(50)), _INSURER, _SYMBOL, _NUMBER, _BRANCH)


def _header(parent: ElementTree.Element, layout: Sequence[_Field]) -> RequestHeader:
    texts = _fields(parent, layout)
    on = _day(texts.get("QualificationConfirmationDate", ""))
    return RequestHeader(texts["MedicalInstitutionCode"], texts.get("ArbitraryFileIdentifier", ""), on)


def _question(parent: ElementTree.Element) -> SearchInfo:
    texts = _fields(parent, _QUESTION)
    born = _day(texts["Birthdate"])
    assert born is not None
    return SearchInfo(
        insurer_number=texts["InsurerNumber"].lstrip(),
        symbol=texts.get("InsuredCardSymbol", ""),
        number=texts["InsuredIdentificationNumber"],
        branch=texts.get("InsuredBranchNumber", ""),
        birth_date=born,
        limit_consent=texts["LimitApplicationCertificateRelatedConsFlg"] == "1",
        fields=texts,
    )


def _registration(parent: ElementTree.Element) -> RegistrationBlock:
    texts = _fields(parent, _REGISTRATION)
    return RegistrationBlock(
        reference=texts["ReferenceNumber"],
        insurer_number=texts["InsurerNumber"].lstrip(),
        symbol=texts.get("InsuredCardSymbol", ""),
        number=texts["InsuredIdentificationNumber"],
        branch=texts.get("InsuredBranchNumber", ""),
        fields=texts,
    )
