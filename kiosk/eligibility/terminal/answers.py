"""Reading the terminal's answers: pure functions from the bytes of a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from kiosk.eligibility.terminal.codes import Segment, Validity
from kiosk.eligibility.terminal.errors import AnswerUnreadable, StillProcessing
from kiosk.eligibility.terminal.fields import Fields, Notes
from kiosk.eligibility.terminal.markup import Node, parsed, streamed
from kiosk.eligibility.terminal.model import (
    Answer,
    BulkPart,
    Confirmed,
    Receipt,
    Registered,
    RegisteredUnit,
    Status,
    Unit,
)
from kiosk.eligibility.terminal.result import read_result
from kiosk.failures import Code

__all__ = [
    "Header",
    "parse_answer",
    "parse_receipt",
    "parse_registered",
    "parse_registered_units",
    "parse_units",
    "read_answer",
]

ASKED: Final = (
    *("InsurerNumber", "InsuredCardSymbol", "InsuredIdentificationNumber", "InsuredBranchNumber", "Birthdate"),
)
"""What an answer repeats of the enquiry, and what must fit it."""

_REGISTRATION: Final = "ReferenceNumberRegistrationInfo"
_MOST_RESULTS = 20
_NORMAL, _ERROR = "1", "2"
_STATUSES: Mapping[Validity, tuple[Status, Code | None]] = {
    Validity.VALID: (Status.VALID, None),
    Validity.VALID_UNREGISTERED: (Status.VALID, None),
    Validity.INVALID: (Status.INVALID, None),
    Validity.NEW_QUALIFICATION: (Status.NEW_QUALIFICATION, None),
    Validity.NONE: (Status.NONE, Code.NOT_FOUND_ONLINE),
    Validity.SEVERAL: (Status.SEVERAL, Code.SEVERAL_FOUND_ONLINE),
}


@dataclass(frozen=True, slots=True, repr=False)
class Header:
    """MessageHeader of an answer.

    Attributes:
        failed: whether 処理結果区分 is there and neither 正常終了 nor 処理中.

    """

    processed_at: datetime | None
    asked_on: date | None
    institution: str | None
    identifier: str | None
    reception: str | None
    reference_class: str | None
    processing: bool
    failed: bool
    code: str | None
    message: str | None


def parse_answer(content: bytes) -> Answer:
    """Return the answer in a 資格確認結果 (OQS-IF-002) or a face file.

    Raises:
        AnswerUnreadable: The file is no such answer.
        StillProcessing: It says that there is no answer yet.

    """
    return read_answer(content)[0]


def read_answer(content: bytes) -> tuple[Answer, Header, Mapping[str, str | None]]:
    """Return the answer, its header, and what it repeats of the enquiry. Raises AnswerUnreadable, StillProcessing."""
    with _message(parsed(content)) as (fields, notes):
        header = _header(fields.section("MessageHeader"))
        if header.processing:
            raise StillProcessing("the terminal is still processing")
        body = fields.optional("MessageBody")
        if header.failed:
            return _refused(header, body, notes.texts), header, {}
        if body is None:
            raise AnswerUnreadable("has no MessageBody")
        confirmed = _confirmed(body, notes)
    return _answer(confirmed, header, notes.texts), header, confirmed.asked


def parse_registered(content: bytes) -> tuple[Registered, Header, str | None]:
    """Return what became of a 照会番号登録 (OQS-IF-004), its header, and the 照会番号 that it repeats.

    Raises:
        AnswerUnreadable: The file is no such answer.
        StillProcessing: It says that there is no answer yet.

    """
    with _message(parsed(content)) as (fields, notes):
        header = _header(fields.section("MessageHeader"))
        if header.processing:
            raise StillProcessing("the terminal is still processing")
        body = fields.section("MessageBody")
        status = body.trimmed("ProcessingResultStatus")
        code, message = _said(header, body)
        reference = body.section("ReferenceNumberRegistrationInfo").trimmed("ReferenceNumber")
        reference = body.trimmed("ReferenceNumber") or reference
    if not header.failed and status is None:
        raise AnswerUnreadable("does not say whether the number was registered")
    done = not header.failed and status == _NORMAL
    return Registered("done" if done else "error", code, message), header, reference


def parse_receipt(content: bytes) -> tuple[Receipt, Header]:
    """Return the 受付番号 of a 一括照会 (OQS-IF-006), and the header.

    Raises:
        AnswerUnreadable: The file is no such answer, or has neither a 受付番号 nor an error.

    """
    with _message(parsed(content)) as (fields, _):
        header = _header(fields.section("MessageHeader"))
        body = fields.section("MessageBody")
        number = body.trimmed("ReceptionNumber") or header.reception
        code, message = _said(header, body)
    if number is None and not header.failed and code is None:
        raise AnswerUnreadable("has no ReceptionNumber")
    return Receipt(None if header.failed else number, code, message), header


def parse_units(content: bytes) -> Iterator[Unit | tuple[BulkPart, Header]]:
    """Yield each unit of a 一括照会結果 (OQS-IF-008), and at the end its state and header.

    Memory is that of the content and one unit. What was yielded before an error must not be used.

    Raises:
        AnswerUnreadable: The file is no such answer.

    """
    for node in streamed(content, "BulkConfirmUnit"):
        if node.name == "BulkConfirmUnit":
            yield _unit(node)
        else:
            yield _bulk_part(node)


def parse_registered_units(content: bytes) -> Iterator[RegisteredUnit | tuple[BulkPart, Header]]:
    """Yield each unit of a 照会番号一括登録結果 (OQS-IF-012), and at the end its state and header, as `parse_units`.

    Raises:
        AnswerUnreadable: The file is no such answer.

    """
    for node in streamed(content, _REGISTRATION):
        yield _registered_unit(node) if node.name == _REGISTRATION else _bulk_part(node)


def _bulk_part(root: Node) -> tuple[BulkPart, Header]:
    with _message(root) as (fields, _):
        header = _header(fields.section("MessageHeader"))
        code, message = _said(header, fields.section("MessageBody"))
    return BulkPart(header.processing, header.failed, code, message), header


@contextmanager
def _message(root: Node) -> Iterator[tuple[Fields, Notes]]:
    """Give the fields of a message for a block, and note what is left of them when it ends."""
    if root.name != "XmlMsg":
        raise AnswerUnreadable("is no XmlMsg")
    notes = Notes()
    fields = Fields(root, notes)
    yield fields, notes
    fields.finish()


def _header(fields: Fields) -> Header:
    segment = fields.trimmed("SegmentOfResult")
    fields.leave("CharacterCodeIdentifier", "NumberOfProcessingResult", "NumberOfNormalProcessing", "NumberOfError")
    made = Header(
        processed_at=fields.moment("ProcessExecutionTime"),
        asked_on=fields.day("QualificationConfirmationDate"),
        institution=fields.trimmed("MedicalInstitutionCode"),
        identifier=fields.trimmed("ArbitraryFileIdentifier"),
        reception=fields.trimmed("ReceptionNumber"),
        reference_class=fields.trimmed("ReferenceClassification"),
        processing=segment == Segment.PROCESSING,
        failed=segment not in (None, Segment.DONE, Segment.PROCESSING),
        code=fields.text("ErrorCode"),
        message=fields.text("ErrorMessage"),
    )
    fields.finish()
    return made


def _said(header: Header, body: Fields) -> tuple[str | None, str | None]:
    """Return code and message of an error or a notice, which may be in the header or in the body."""
    code, message = body.text("ProcessingResultCode"), body.text("ProcessingResultMessage")
    return header.code or code, header.message or message


def _confirmed(fields: Fields, notes: Notes) -> Confirmed:
    """Return what a body or a unit says of one person. A 照会番号 may be beside the results."""
    asked = fields.section("QualificationConfirmSearchInfo")
    repeated = {name: asked.trimmed(name) for name in ASKED}
    status = fields.trimmed("ProcessingResultStatus")
    if status not in (None, _NORMAL, _ERROR):
        notes.add("ProcessingResultStatus", status)
    results, reference = [read_result(one) for one in _results(fields)], fields.only("ReferenceNumber")
    made = Confirmed(
        failed=status not in (None, _NORMAL),
        code=fields.text("ProcessingResultCode"),
        message=fields.text("ProcessingResultMessage"),
        validity=fields.trimmed("QualificationValidity"),
        results=tuple(replace(one, reference=one.reference or reference) for one in results),
        asked=repeated,
        identifier=asked.trimmed("ArbitraryIdentifier"),
    )
    asked.leave("LimitApplicationCertificateRelatedConsFlg")
    asked.finish()
    fields.leave("PrescriptionIssueSelect", "QualificationConfirmationKey")
    fields.finish()
    return made


def _results(fields: Fields) -> list[Fields]:
    """Return the results of a body, where they are in a list, or of a unit, where they are not."""
    listed = fields.section("ResultList")
    found = [*listed.all("ResultOfQualificationConfirmation"), *fields.all("ResultOfQualificationConfirmation")]
    listed.finish()
    if len(found) > _MOST_RESULTS:
        raise AnswerUnreadable(f"has more than {_MOST_RESULTS} results")
    return found


def _unit(node: Node) -> Unit:
    """Return one person's part; one that cannot be read is an error of that person alone."""
    notes = Notes()
    try:
        confirmed = _confirmed(Fields(node, notes), notes)
        identifiers = (confirmed.identifier, *(one.identifier for one in confirmed.results))
        identifier = next(filter(None, identifiers), "")
        return Unit(identifier, _answer(confirmed, None, notes.texts), confirmed.asked)
    except AnswerUnreadable as error:
        asked = Fields(node, notes).section("QualificationConfirmSearchInfo")
        identifier = asked.trimmed("ArbitraryIdentifier") or ""
        return Unit(identifier, Answer(Status.ERROR, failure=error.code, reason=str(error)), {})


def _registered_unit(node: Node) -> RegisteredUnit:
    """Return what became of one registration. One without a 処理結果状況 was not registered, as far as we know."""
    fields = Fields(node, Notes())
    repeated = {name: fields.trimmed(name) for name in ("ReferenceNumber", *ASKED[:4])}
    done = fields.trimmed("ProcessingResultStatus") == _NORMAL
    code, message = fields.text("ProcessingResultCode"), fields.text("ProcessingResultMessage")
    return RegisteredUnit(Registered("done" if done else "error", code, message), repeated)


def _refused(header: Header, body: Fields | None, unknown: Mapping[str, str]) -> Answer:
    code, message = (header.code, header.message) if body is None else _said(header, body)
    return Answer(
        Status.ERROR,
        message=message,
        code=code,
        as_of=header.processed_at,
        reference_class=header.reference_class,
        unknown=unknown,
        failure=Code.TERMINAL_REFUSED,
    )


def _answer(confirmed: Confirmed, header: Header | None, unknown: Mapping[str, str]) -> Answer:
    validity, status, failure = _judged(confirmed)
    unknown, reason = dict(unknown), ""
    code, message = confirmed.code, confirmed.message
    if confirmed.failed and header is not None:
        code, message = code or header.code, message or header.message
    if validity is None and confirmed.validity is not None:
        unknown["QualificationValidity"] = confirmed.validity
        reason = "QualificationValidity is none that is known"
    return Answer(
        status,
        validity,
        message,
        code,
        None if header is None else header.processed_at,
        None if header is None else header.reference_class,
        () if status is Status.ERROR else confirmed.results,
        unknown,
        failure,
        reason,
    )


def _judged(confirmed: Confirmed) -> tuple[Validity | None, Status, Code | None]:
    """Return 資格有効性 and what it amounts to. An unknown 資格有効性 is an answer that nobody can use."""
    validity = next((one for one in Validity if one == confirmed.validity), None)
    if confirmed.failed:
        return validity, Status.ERROR, Code.TERMINAL_REFUSED
    if confirmed.validity is None:
        raise AnswerUnreadable("has no QualificationValidity")
    if validity is None:
        return None, Status.ERROR, Code.ANSWER_UNREADABLE
    return validity, *_STATUSES[validity]
