"""Reading ORCA's answers: pure functions from the bytes of a body. All that is not read is ignored."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from kiosk.markup import MarkupError, Node, parsed, streamed
from kiosk.orca.errors import OrcaBusy, OrcaError, OrcaRefused, OrcaSaid, OrcaUnusable
from kiosk.orca.model import CoverPeriod, Insurance, OrcaPatient

__all__ = ["codes_in", "is_among", "patients_in", "registered_id", "same_number"]

_LONGEST: Final = 200
_RESULT = re.compile(r"[0-9A-Z]{1,5}", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NUMBER = re.compile(r"[0-9A-Za-z]{1,20}", re.ASCII)
_NO_END: Final = date(9999, 12, 31)

_NOBODY: Final = frozenset({"10", "20"})
"""Api_Result of patientlst3v2: the name has a letter that ORCA lacks (外字); there is no such patient."""

_NO_RECEPTION: Final = "21"
_TOO_MANY_RECEPTIONS: Final = "20"
_NO_DEPARTMENT: Final = "12"
"""Api_Result of acceptlstv2."""

_TOLD: Final = re.compile(r"0+|K\d+", re.ASCII)
"""Api_Result of a 受付 that is registered: zeros, or the number of a warning (K1: the day was set, …)."""

_BUSY: Final = "90"
_OUR_SETTINGS: Final = frozenset({"89", "99"})
"""ORCA does not know the user, or lacks its own settings."""

_NO_SUCH_PLACE: Final = frozenset({"13", "14", "15"})
"""Api_Result of acceptmodv2: there is no such 診療科, ドクター, 診療内容."""


def patients_in(content: bytes) -> tuple[OrcaPatient, ...]:
    """Return the patients of an answer of patientlst2v2 or patientlst3v2; empty if there are none.

    A number that ORCA does not have comes back without a birthday, and is no patient.

    Raises:
        OrcaError: ORCA refuses the call, or this is no such answer.

    """
    record = _record(content, "patientlst2res")
    result = _result(record)
    if result in _NOBODY:
        return ()
    _require_done(result)
    found = (_patient(child) for child in _children(record, "Patient_Information"))
    return tuple(patient for patient in found if patient is not None)


def is_among(content: bytes, patient_id: str) -> bool:
    """Return whether a patient is among those of an answer of acceptlstv2.

    Where there are more than ORCA lists, nobody knows: False, since ORCA itself refuses a second 受付.

    Raises:
        OrcaRefused: There is no such 診療科: the settings are wrong.
        OrcaError: ORCA refuses the call, or this is no such answer.

    """
    try:
        *receptions, root = streamed(content, "Acceptlst_Information_child")
    except (MarkupError, ValueError) as error:
        raise _unusable(error) from None
    result = _result(_record_of(root, "acceptlstres"))
    if result in (_NO_RECEPTION, _TOO_MANY_RECEPTIONS):
        return False
    if result == _NO_DEPARTMENT:
        raise OrcaRefused(f"acceptlstv2: Api_Result {result}: see orca.department")
    _require_done(result)
    return any(same_number(_text(_one(one, "Patient_Information"), "Patient_ID"), patient_id) for one in receptions)


def registered_id(content: bytes, patient_id: str, day: date) -> str:
    """Return the 受付ID of an answer of acceptmodv2 to a registration.

    Raises:
        OrcaRefused: There is no such 診療科, ドクター or 診療内容: the settings are wrong.
        OrcaSaid: ORCA refuses it; its result 16 says that the patient is registered already.
        OrcaUnusable: This is no such answer, or one about another patient or day.
        OrcaError: See there.

    """
    record = _record(content, "acceptres")
    result = _result(record)
    if result in _NO_SUCH_PLACE:
        raise OrcaRefused(f"acceptmodv2: Api_Result {result}: see orca.department, orca.physician and orca.medical")
    if not _TOLD.fullmatch(result):
        _require_done(result)
    if not same_number(_text(_one(record, "Patient_Information"), "Patient_ID"), patient_id):
        raise OrcaUnusable("acceptres: is about another patient")
    if _day(record, "Acceptance_Date") != day:
        raise OrcaUnusable("acceptres: is about another day")
    return _number(record, "Acceptance_Id")


def codes_in(content: bytes, kind: str) -> tuple[str, ...]:
    """Return the codes in an answer of system01lstv2; ``kind`` is ``Department`` or ``Physician``. Raises OrcaError."""
    record = _record(content, f"{kind.lower()}res")
    _require_done(_result(record))
    return tuple(_number(child, "Code") for child in _children(record, f"{kind}_Information"))


def same_number(one: str, other: str) -> bool:
    """Return whether two 患者番号 are the same: ORCA fills them with zeros on the left, people do not."""
    return one.lstrip("0") == other.lstrip("0") != ""


def _record(content: bytes, name: str) -> Node:
    try:
        return _record_of(parsed(content), name)
    except MarkupError as error:
        raise _unusable(error) from None


def _record_of(root: Node, name: str) -> Node:
    """Return the one record below the root: ``<xmlio2><patientlst2res>…``."""
    return _one(root, name)


def _unusable(error: Exception) -> OrcaUnusable:
    return OrcaUnusable(f"the answer {error}" if isinstance(error, MarkupError) else "the answer has no element")


def _result(record: Node) -> str:
    result = _text(record, "Api_Result")
    if not _RESULT.fullmatch(result):
        raise OrcaUnusable("the answer has no Api_Result")
    return result


def _require_done(result: str) -> None:
    """Pass a result of zeros, in whatever width."""
    if result.strip("0"):
        raise _refusal(result)


def _refusal(result: str) -> OrcaError:
    if result == _BUSY:
        return OrcaBusy("the patient is open on another screen of ORCA")
    if result in _OUR_SETTINGS:
        return OrcaRefused(f"Api_Result {result}: ORCA does not know the user")
    return OrcaSaid(result)


def _patient(node: Node) -> OrcaPatient | None:
    if not _text(node, "BirthDate"):
        return None
    born = _day(node, "BirthDate")
    if born is None:
        raise OrcaUnusable("BirthDate is no date")
    return OrcaPatient(
        patient_id=_number(node, "Patient_ID"),
        name=_text(node, "WholeName"),
        kana=_text(node, "WholeName_inKana"),
        birth_date=born,
        insurances=tuple(map(_insurance, _children(node, "HealthInsurance_Information"))),
        subsidies=tuple(_validity(child, "Certificate_IssuedDate") for child in _children(node, _SUBSIDY)),
    )


_SUBSIDY: Final = "PublicInsurance_Information"


def _insurance(node: Node) -> Insurance:
    return Insurance(
        insurance_class=_text(node, "InsuranceProvider_Class"),
        insurance_name=_text(node, "InsuranceProvider_WholeName"),
        insurer_number=_text(node, "InsuranceProvider_Number"),
        symbol=_text(node, "HealthInsuredPerson_Symbol"),
        number=_text(node, "HealthInsuredPerson_Number"),
        branch=_text(node, "HealthInsuredPerson_Branch_Number"),
        validity=_validity(node, "Certificate_StartDate"),
    )


def _validity(node: Node, starts: str) -> CoverPeriod:
    ends = _day(node, "Certificate_ExpiredDate")
    return CoverPeriod(_day(node, starts), None if ends == _NO_END else ends)


def _children(node: Node, name: str) -> Iterator[Node]:
    """Yield the ``…_child`` of an array; an array that is not there is empty."""
    for array in node.children:
        if array.name == name:
            yield from (child for child in array.children if child.name == f"{name}_child")


def _one(node: Node, name: str) -> Node:
    found = [child for child in node.children if child.name == name]
    if len(found) != 1:
        raise OrcaUnusable(f"the answer has {name} {len(found)} times")
    return found[0]


def _text(node: Node, name: str) -> str:
    """Return the text of an element; empty if it is not there."""
    found = [child.text.strip() for child in node.children if child.name == name]
    if len(found) > 1 or any(len(text) > _LONGEST for text in found):
        raise OrcaUnusable(f"{name} comes twice, or is longer than {_LONGEST} characters")
    return found[0] if found else ""


def _number(node: Node, name: str) -> str:
    text = _text(node, name)
    if not _NUMBER.fullmatch(text):
        raise OrcaUnusable(f"{name} is no number of its form")
    return text


def _day(node: Node, name: str) -> date | None:
    """Return a date; None if there is none."""
    text = _text(node, name)
    if not text:
        return None
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else _no_date(name)
    except ValueError:
        return _no_date(name)


def _no_date(name: str) -> date:
    raise OrcaUnusable(f"{name} is no date")
