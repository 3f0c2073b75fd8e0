"""What a program is answered, as CoverageEligibilityResponse. Pure functions.

| answer | outcome | insurance.inforce | error |
|---|---|---|---|
| a decision | complete | true or false | – |
| nobody, or several people, under these numbers | error | – | N-01, N-16, N-17 |
| the 資格確認端末 does not answer, the register has the person | partial | – | N-10 to N-15 |
| it does not answer, and nobody knows the person | error | – | N-10 to N-15 |
| the day lies before the person was born | error | – | N-03 |
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Final

from fhir.resources.R4B.coverageeligibilityresponse import CoverageEligibilityResponse

from kiosk.decision import Decision, Document, Usable, explain
from kiosk.eligibility import Member
from kiosk.eligibility.sources import OUTAGE
from kiosk.failures import FAILURES, Code
from kiosk.fhir import systems
from kiosk.fhir.coverage import coverage_of, insurer_of, patient_of
from kiosk.fhir.form import Json, ResourceForm
from kiosk.fhir.requests import EligibilityQuestion
from kiosk.reception import ProgramAnswer

__all__ = ["DISPLAYS", "response_of"]

DISPLAYS: Final = {
    Document.CARD: "マイナ保険証",
    Document.NOTICE: "資格情報通知書",
    Document.CONFIRMATION: "資格確認書",
}
_NOBODY: Final = "この番号の方は登録簿にいらっしゃいません。番号をもう一度お確かめください。"
_SEVERAL: Final = "この番号に当てはまる方が複数いらっしゃいます。枝番と生年月日をお確かめください。"
_NEWER: Final = "新しい資格があります。新しい資格確認書などの番号で、もう一度お確かめください。"
_WITHOUT_ANSWER: Final = "登録簿の内容だけをお返しします。オンラインでの確認はできていません。"


def response_of(
    answer: ProgramAnswer, question: EligibilityQuestion, now: datetime, form: ResourceForm
) -> CoverageEligibilityResponse:
    """Return the answer to a question, made at `now` (aware)."""
    member = answer.member
    insurer = member.id.insurer_number if member else question.key.insurer_number
    made: Json = {
        "contained": _contained(answer, insurer, form),
        "status": "active",
        "purpose": list(question.purposes),
        "patient": _patient(question, known=_outcome(answer) != "error"),
        "servicedDate": answer.on,
        "created": now,
        "request": _request(question),
        "outcome": _outcome(answer),
        "disposition": _disposition(answer),
        "insurer": {"reference": "#insurer"},
    }
    optional = {"insurance": _insurance(answer), "error": _errors(answer)}
    return CoverageEligibilityResponse.model_validate(made | {name: one for name, one in optional.items() if one})


def _contained(answer: ProgramAnswer, insurer: str, form: ResourceForm) -> list[object]:
    payer = insurer_of(insurer, form, answer.insurer_name)
    if answer.member is None or _outcome(answer) == "error":
        return [payer]
    coverage = coverage_of(answer.member, answer.on, form)
    coverage.id = "coverage"
    if answer.decision is not None and answer.insured_from is None:
        coverage.period = None
    return [patient_of(answer.member, form), payer, coverage]


def _patient(question: EligibilityQuestion, *, known: bool) -> Json:
    """Return the program's own reference to its Patient, else the contained one, if there is one."""
    if question.patient:
        return {"reference": question.patient}
    return {"reference": "#patient"} if known else {"type": "Patient", "display": "unknown"}


def _request(question: EligibilityQuestion) -> Json:
    kind = "CoverageEligibilityRequest"
    return {"reference": f"{kind}/{question.request_id}"} if question.request_id else {"type": kind, "display": kind}


def _outcome(answer: ProgramAnswer) -> str:
    if answer.decision is not None:
        return "complete"
    return "partial" if _is_outage(answer) else "error"


def _is_outage(answer: ProgramAnswer) -> bool:
    """Return whether the register has the person, and only the 資格確認端末 could not be asked."""
    return answer.member is not None and answer.failure is not None and answer.failure.code in OUTAGE


def _disposition(answer: ProgramAnswer) -> str:
    """Return why, in Japanese, for the people at the desk."""
    if answer.decision is not None:
        return _why(answer.decision) + (_NEWER if answer.newer else "")
    if answer.failure is not None:
        return FAILURES[answer.failure.code].why + (_WITHOUT_ANSWER if _is_outage(answer) else "")
    return _SEVERAL if answer.several else _NOBODY


def _why(decision: Decision) -> str:
    return "".join(dict.fromkeys(explain(reason).sentence for reason in decision.reasons))


def _errors(answer: ProgramAnswer) -> list[Json]:
    if answer.decision is not None:
        return []
    nobody = Code.SEVERAL_FOUND_ONLINE if answer.several else Code.UNKNOWN_MEMBER
    code = answer.failure.code if answer.failure else nobody
    said = {"coding": [{"system": systems.FAILURE, "code": code.value}], "text": _disposition(answer)}
    return [{"code": said}]


def _insurance(answer: ProgramAnswer) -> list[Json]:
    made: Json = {"coverage": {"reference": "#coverage"}}
    if answer.decision is None or answer.member is None:
        return [made] if _is_outage(answer) else []
    made |= {"extension": [_decision(answer.decision, answer)], "inforce": answer.in_force}
    optional = {"benefitPeriod": _period(answer), "item": _items(answer.decision, answer.member)}
    return [made | {name: one for name, one in optional.items() if one}]


def _period(answer: ProgramAnswer) -> Json | None:
    first, last = answer.insured_from, answer.insured_until
    if first is None or (last is not None and last < first):
        return None
    return {"start": first} if last is None else {"start": first, "end": last}


def _items(decision: Decision, member: Member) -> list[Json]:
    """Return the document that applies, as something that the insurance covers; with the ratio that the person pays."""
    if decision.applies is None:
        return []
    name = DISPLAYS[decision.applies]
    made: Json = {
        "productOrService": {"coding": [_coding(systems.DOCUMENT, decision.applies, name)], "text": name},
        "excluded": decision.usable is Usable.NO,
        "name": name,
        "description": _why(decision),
    }
    if member.copay_percent is not None:
        kind = {"coding": [{"system": systems.BENEFIT_TYPE, "code": "copay-percent"}]}
        made["benefit"] = [{"type": kind, "allowedUnsignedInt": member.copay_percent}]
    return [made]


def _coding(system: str, code: StrEnum, display: str) -> Json:
    return {"system": system, "code": code.value, "display": display}


def _decision(decision: Decision, answer: ProgramAnswer) -> Json:
    """Return the decision's codes (docs/decision.md), and who has answered, as one extension.

    The steps are left out: they are for the person, and a 利用登録 that is not among them would mark people whose data
    are withheld.
    """
    codes: list[tuple[str, Iterable[StrEnum]]] = [
        ("applies", [decision.applies] if decision.applies else []),
        ("usable", [decision.usable]),
        ("present", decision.present),
        ("also_bring", decision.also_bring),
        ("reason", decision.reasons),
        ("source", [answer.source.source] if answer.source else []),
    ]
    inner: list[Json] = [{"url": name, "valueCode": one.value} for name, many in codes for one in many]
    if answer.source is not None:
        inner.append({"url": "as_of", "valueInstant": answer.source.as_of})
    return {"url": systems.DECISION, "extension": inner}
