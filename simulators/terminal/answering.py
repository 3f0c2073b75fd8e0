"""Answer requests: the part of the terminal that touches no folder and has no thread."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import Final

from simulators.terminal.directory import Directory
from simulators.terminal.elements import Encoding, XmlElement, document
from simulators.terminal.file_names import ExchangeFileName, face_name
from simulators.terminal.findings import Finding, ResultMessage, candidates, find, found_by_card, scenario_for
from simulators.terminal.insured import InsuredPerson, Scenario
from simulators.terminal.messages import (
    AnswerHeader,
    Counts,
    by_number,
    face_body,
    message,
    question_unit,
    received,
    registered,
    registration_unit,
)
from simulators.terminal.questions import (
    BulkFetch,
    BulkQuestion,
    BulkRegistration,
    Request,
    RequestHeader,
    SearchInfo,
    SingleQuestion,
    SingleRegistration,
    WrongRequest,
    read_request,
)
from simulators.terminal.receptions import Receptions
from simulators.terminal.references import References
from simulators.terminal.results import GivenConsents

__all__ = ["WrittenAnswer", "AnsweringService", "Clock", "Manner", "Options"]

Clock = Callable[[], datetime]


class Manner(Enum):
    """How a file comes into its folder."""

    WHOLE = "written beside and moved in"
    HALVES = "written in place, in two halves"
    BROKEN = "moved in, but cut off"


@dataclass(frozen=True, slots=True)
class Options:
    """How the terminal behaves, whatever it is asked.

    Attributes:
        institution: The only 医療機関コード to take, 10 digits; None takes any.
        encoding: Of everything that is written; None is UTF-8 for answers and Shift_JIS for the face reader's files.
        linkage_days: Business days from the filing of a 届書 until its data are there.
        processing: How often the second step of a bulk is answered by 処理中 before the result.
        zipped: Whether the results of a bulk come as ZIP files.

    """

    institution: str | None = None
    encoding: Encoding | None = None
    linkage_days: int = 4
    processing: int = 1
    zipped: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class WrittenAnswer:
    """A file to put into res or face. ``slow`` is whether it takes several times as long as others.

    ``face_of`` is somebody whose wrong face file is to be written too: in the scenario ``wrong_face``.
    """

    name: str
    content: Iterable[bytes]
    manner: Manner = Manner.WHOLE
    slow: bool = False
    face_of: InsuredPerson | None = None


class AnsweringService:
    """Answers from the members file. ``scenario`` may be set at any time; None is what each member's line says."""

    def __init__(
        self, everybody: Iterable[InsuredPerson], options: Options, clock: Clock, scenario: Scenario | None = None
    ) -> None:
        self.scenario = scenario
        self.directory = Directory(everybody, options.linkage_days)
        self._options = options
        self._clock = clock
        self._references = References(self.directory)
        self._receptions = Receptions()
        self._started = self._now().date()

    def answer(self, name: ExchangeFileName, content: bytes) -> WrittenAnswer | None:
        """Return the answer to a request, right or wrong; None if the scenario is silence."""
        try:
            request = read_request(name.kind, content)
            if self._options.institution not in (None, request.header.institution):
                raise WrongRequest("SIM-E007", "MedicalInstitutionCode: is not this terminal's")
            scenario = self._scenario_of(request)
            return None if scenario is Scenario.SILENT else self._answer(name, request, scenario)
        except WrongRequest as refusal:
            error = ResultMessage(refusal.code, f"{refusal} (模擬)")
            return self._file(name, AnswerHeader(self._now(), segment=_ABNORMAL, error=error), [], None)

    def face_file(
        self,
        person: InsuredPerson,
        consents: GivenConsents,
        unique: str,
        scenario: Scenario | None = None,
        at: datetime | None = None,
    ) -> WrittenAnswer:
        """Return the face reader's file of a person, as of ``at`` (default: now); ``unique`` is 20 characters.

        Raises:
            NobodyElse: The scenario is ``wrong_face``, and the members file has one person.

        """
        moment = at.astimezone(_JAPAN) if at else self._now()
        scenario = scenario or scenario_for([person], self.scenario)
        whose = self.directory.stranger_to(person) if scenario is Scenario.WRONG_FACE else person
        finding = found_by_card(whose, self.directory, scenario, moment.date(), self._started)
        asked = RequestHeader(self._options.institution or ANY_INSTITUTION, on=moment.date())
        header = replace(self._header(asked, scenario, "1"), at=moment)
        body = face_body(finding, consents, self._references.of(whose), header, f"SIM{unique}")
        encoding = self._options.encoding or Encoding.SHIFT_JIS
        content = document(message(header, body, encoding), encoding)
        return WrittenAnswer(face_name(asked.institution, unique, moment), content, _manner(scenario))

    def _now(self) -> datetime:
        return self._clock().astimezone(_JAPAN)

    def _scenario_of(self, request: Request) -> Scenario | None:
        match request:
            case SingleQuestion():
                return scenario_for(candidates(request.question, self.directory), self.scenario)
            case SingleRegistration():
                return scenario_for(self._references.meant(request.registration), self.scenario)
            case _:
                return self.scenario

    def _answer(self, name: ExchangeFileName, request: Request, scenario: Scenario | None) -> WrittenAnswer:
        match request:
            case SingleQuestion():
                return self._answer_question(name, request, scenario)
            case SingleRegistration():
                header = self._header(request.header, scenario)
                failed = header.error or self._references.register(request.registration)
                return self._file(name, header, registered(request.registration, failed), scenario)
            case BulkQuestion() | BulkRegistration():
                processing = _LONG if scenario is Scenario.SLOW else self._options.processing
                reception = self._receptions.receive(request, processing, self._now())
                header = AnswerHeader(self._now(), replace(request.header, on=None))
                return self._file(name, header, received(reception, header), scenario)
            case BulkFetch():
                return self._answer_fetch(name, request, scenario)

    def _answer_question(
        self, name: ExchangeFileName, request: SingleQuestion, scenario: Scenario | None
    ) -> WrittenAnswer:
        header = self._header(request.header, scenario, "2")
        finding = self._find(request.question, header)
        stranger = finding.person if scenario is Scenario.WRONG_FACE else None
        body = by_number(request.question, finding, self._references.of(finding.person), header)
        return replace(self._file(name, header, body, scenario), face_of=stranger)

    def _answer_fetch(self, name: ExchangeFileName, request: BulkFetch, scenario: Scenario | None) -> WrittenAnswer:
        kind = BulkQuestion if name.kind == "muquc02" else BulkRegistration
        bulk, done = self._receptions.fetch(request.reception, kind)
        header = replace(self._header(bulk.header, scenario), reception=request.reception)
        if scenario is Scenario.ERROR:
            return self._file(name, header, [], scenario)
        if not done:
            return self._file(name, replace(header, segment=_PROCESSING), [], scenario)
        counts, units = self._units(bulk, header)
        answer = self._file(name, replace(header, counts=counts), units, scenario)
        return _zipped(answer, name) if self._options.zipped else answer

    def _units(
        self, bulk: BulkQuestion | BulkRegistration, header: AnswerHeader
    ) -> tuple[Counts, Iterator[XmlElement]]:
        """Return the counts and the units of a bulk; the units are made one by one as they are written."""
        if isinstance(bulk, BulkQuestion):
            findings = [self._find(question, header) for question in bulk.questions]
            failed = sum(finding.failed for finding in findings)
            return Counts(len(findings), failed), self._question_units(bulk.questions, findings, header)
        failures = [self._references.register(one) for one in bulk.registrations]
        counts = Counts(len(failures), sum(failure is not None for failure in failures))
        return counts, map(registration_unit, bulk.registrations, failures)

    def _question_units(
        self, questions: Sequence[SearchInfo], findings: Sequence[Finding], header: AnswerHeader
    ) -> Iterator[XmlElement]:
        for question, finding in zip(questions, findings, strict=True):
            yield question_unit(question, finding, self._references.of(finding.person), header)

    def _find(self, question: SearchInfo, header: AnswerHeader) -> Finding:
        assert header.asked is not None and header.asked.on is not None
        return find(question, self.directory, self.scenario, header.asked.on, self._started)

    def _header(self, asked: RequestHeader, scenario: Scenario | None, classification: str = "") -> AnswerHeader:
        error = _OUT_OF_ORDER if scenario is Scenario.ERROR else None
        segment = _ABNORMAL if error else _NORMAL
        return AnswerHeader(self._now(), asked, classification, segment=segment, error=error)

    def _file(
        self, name: ExchangeFileName, header: AnswerHeader, body: Iterable[XmlElement], scenario: Scenario | None
    ) -> WrittenAnswer:
        default = Encoding.SHIFT_JIS if scenario is Scenario.SHIFT_JIS else Encoding.UTF_8
        encoding = self._options.encoding or default
        content = document(message(header, body, encoding), encoding)
        return WrittenAnswer(name.answer(), content, _manner(scenario), scenario is Scenario.SLOW)


def _manner(scenario: Scenario | None) -> Manner:
    match scenario:
        case Scenario.HALF_WRITTEN:
            return Manner.HALVES
        case Scenario.BROKEN:
            return Manner.BROKEN
        case _:
            return Manner.WHOLE


def _zipped(answer: WrittenAnswer, name: ExchangeFileName) -> WrittenAnswer:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(zipfile.ZipInfo(answer.name), "w") as member:
            member.writelines(answer.content)
    return replace(answer, name=name.answer("zip"), content=[file.getvalue()])


ANY_INSTITUTION: Final = "1312345678"
"""The 医療機関コード in face files of a terminal that takes any: an invented clinic in Tokyo."""
_JAPAN: Final = timezone(timedelta(hours=9), "JST")
_NORMAL: Final = "1"
_PROCESSING: Final = "2"
_ABNORMAL: Final = "9"
"""処理結果区分 (OQSCD003)."""
_LONG: Final = 3
"""How often a slow bulk is 処理中."""
_OUT_OF_ORDER: Final = ResultMessage("SIM-E900", "オンライン資格確認等システムで障害が発生しています。(模擬)")
