"""Put answers together: the MessageHeader and the MessageBody of each kind, in the order of the layouts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from simulators.terminal.directory import GivenValidity
from simulators.terminal.elements import Encoding, XmlElement, some
from simulators.terminal.findings import Finding, ResultMessage
from simulators.terminal.questions import RegistrationBlock, RequestHeader, SearchInfo
from simulators.terminal.results import GivenConsents, ResultContext, result_element, stamp, ymd

__all__ = [
    "AnswerHeader",
    "Counts",
    "by_number",
    "face_body",
    "message",
    "question_unit",
    "received",
    "registered",
    "registration_unit",
]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many units a bulk answer has, and how many of them are errors."""

    units: int
    errors: int


@dataclass(frozen=True, slots=True)
class AnswerHeader:
    """What the MessageHeader of an answer says; what is None or empty has no element.

    ``segment`` is 処理結果区分 (OQSCD003), ``classification`` 照会区分 (OQSCD002).
    """

    at: datetime
    asked: RequestHeader | None = None
    classification: str = ""
    reception: str = ""
    segment: str = ""
    error: ResultMessage | None = None
    counts: Counts | None = None

    def element(self, encoding: Encoding) -> XmlElement:
        """Return the MessageHeader of a file in that encoding."""
        asked, counts = self.asked or RequestHeader(""), self.counts
        children = [
            XmlElement("ProcessExecutionTime", stamp(self.at)),
            *some("QualificationConfirmationDate", ymd(asked.on)),
            *some("MedicalInstitutionCode", asked.institution),
            *some("ArbitraryFileIdentifier", asked.file_identifier),
            *some("ReferenceClassification", self.classification),
            *some("ReceptionNumber", self.reception),
            *some("SegmentOfResult", self.segment),
            *_notice("ErrorCode", "ErrorMessage", self.error),
            *some("NumberOfProcessingResult", str(counts.units) if counts else ""),
            *some("NumberOfNormalProcessing", str(counts.units - counts.errors) if counts else ""),
            *some("NumberOfError", str(counts.errors) if counts else ""),
            XmlElement("CharacterCodeIdentifier", encoding.code),
        ]
        return XmlElement("MessageHeader", children)


def message(header: AnswerHeader, body: Iterable[XmlElement], encoding: Encoding) -> XmlElement:
    """Return a whole XmlMsg."""
    return XmlElement("XmlMsg", [header.element(encoding), XmlElement("MessageBody", body)])


def by_number(question: SearchInfo, finding: Finding, reference: str, header: AnswerHeader) -> list[XmlElement]:
    """Return the body of 資格確認結果 (OQS-IF-002)."""
    context = _context(question, finding, reference, header, bulk=False)
    return [_echo(question), *_outcome(finding), *_result_list(finding, context)]


def question_unit(question: SearchInfo, finding: Finding, reference: str, header: AnswerHeader) -> XmlElement:
    """Return one BulkConfirmUnit of 一括照会 (OQS-IF-008)."""
    context = _context(question, finding, "", header, bulk=True)
    found = [result_element(finding.person, context)] if finding.person and context else []
    return XmlElement(
        "BulkConfirmUnit", [_echo(question), *_outcome(finding), *found, *some("ReferenceNumber", reference)]
    )


def face_body(
    finding: Finding, consents: GivenConsents, reference: str, header: AnswerHeader, key: str
) -> list[XmlElement]:
    """Return the body of a face reader's file: there is no question in it to echo."""
    context = None
    if finding.validity is not None:
        context = ResultContext(finding.validity, header.at.date(), header.at, consents, reference=reference)
    return [*_outcome(finding), *_result_list(finding, context), *some("QualificationConfirmationKey", key)]


def received(reception: str, header: AnswerHeader) -> list[XmlElement]:
    """Return the body of the first step's answer: the 受付番号 to fetch the result with."""
    return [XmlElement("ReceptionNumber", reception), XmlElement("ReceptionDateTime", stamp(header.at))]


def registered(registration: RegistrationBlock, failure: ResultMessage | None) -> list[XmlElement]:
    """Return the body of 照会番号登録結果 (OQS-IF-004)."""
    return [*_status(failure is not None, failure), XmlElement("ReferenceNumber", registration.reference)]


def registration_unit(registration: RegistrationBlock, failure: ResultMessage | None) -> XmlElement:
    """Return one block of 照会番号一括登録結果 (OQS-IF-012): the block of the request, and what came of it."""
    echo = [XmlElement(name, text) for name, text in registration.fields.items()]
    return XmlElement("ReferenceNumberRegistrationInfo", [*echo, *_status(failure is not None, failure)])


def _context(
    question: SearchInfo, finding: Finding, reference: str, header: AnswerHeader, *, bulk: bool
) -> ResultContext | None:
    asked = header.asked
    if finding.validity is None or asked is None or asked.on is None:
        return None
    consents = GivenConsents(limit=question.limit_consent)
    identifier = question.fields.get("ArbitraryIdentifier", "")
    return ResultContext(finding.validity, asked.on, header.at, consents, identifier, reference, bulk)


def _echo(question: SearchInfo) -> XmlElement:
    fields = [XmlElement(name, text) for name, text in question.fields.items()]
    return XmlElement("QualificationConfirmSearchInfo", fields)


def _outcome(finding: Finding) -> list[XmlElement]:
    validity: GivenValidity | None = finding.validity
    return [*_status(finding.failed, finding.notice), *some("QualificationValidity", validity and validity.value)]


def _status(failed: bool, notice: ResultMessage | None) -> list[XmlElement]:
    status = XmlElement("ProcessingResultStatus", "2" if failed else "1")
    return [status, *_notice("ProcessingResultCode", "ProcessingResultMessage", notice)]


def _notice(code: str, text: str, notice: ResultMessage | None) -> Sequence[XmlElement]:
    return [XmlElement(code, notice.code), XmlElement(text, notice.message)] if notice else []


def _result_list(finding: Finding, context: ResultContext | None) -> list[XmlElement]:
    if finding.person is None or context is None:
        return []
    return [XmlElement("ResultList", [result_element(finding.person, context)])]
