"""Answers as JSON (docs/terminal.md)."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from kiosk.eligibility.terminal.model import Answer, Consents, Limit, Qualification, Registered, SpecificDisease, Status

__all__ = ["answer_json", "consents_json", "registered_json", "result_json"]


def answer_json(answer: Answer) -> dict[str, object]:
    """Return an answer; where the terminal gave no code for an error, ours is there."""
    failed = answer.status in (Status.ERROR, Status.TIMEOUT)
    return {
        "status": answer.status,
        "validity": answer.validity,
        "message": answer.message,
        "code": answer.code or (answer.failure if failed else None),
        "as_of": None if answer.as_of is None else answer.as_of.isoformat(),
        "results": [result_json(one) for one in answer.results],
        "unknown": dict(answer.unknown),
    }


def consents_json(consents: Consents) -> dict[str, bool | None]:
    """Return the consents of a face file."""
    return asdict(consents)


def registered_json(registered: Registered) -> dict[str, object]:
    """Return what became of a registration."""
    return {"status": registered.status, "code": registered.code, "message": registered.message}


def result_json(result: Qualification) -> dict[str, object]:
    """Return one qualification."""
    return {
        "insurer_number": result.insurer_number,
        "symbol": result.symbol,
        "number": result.number,
        "branch": result.branch,
        "name": result.name,
        "kana": result.kana,
        "household_head": result.household_head,
        "birth_date": _day(result.birth_date),
        "sex": result.sex,
        "relationship": result.relationship,
        "postal_code": result.postal_code,
        "address": result.address,
        "acquired_on": _day(result.acquired_on),
        "lost_on": _day(result.lost_on),
        "loss_reason": result.loss_reason,
        "issued_on": _day(result.issued_on),
        "valid_from": _day(result.valid_from),
        "valid_until": _day(result.valid_until),
        "insurer_name": result.insurer_name,
        "certificate_class": result.certificate_class,
        "copay_percent": result.copay_percent,
        "limit": None if result.limit is None else _limit(result.limit),
        "specific_diseases": [_disease(one) for one in result.specific_diseases],
        "reference": result.reference,
    }


def _limit(limit: Limit) -> dict[str, object]:
    return {
        "certificate": limit.certificate,
        "class": limit.limit_class,
        "valid_from": _day(limit.valid_from),
        "valid_until": _day(limit.valid_until),
    }


def _disease(disease: SpecificDisease) -> dict[str, object]:
    return {
        "category": disease.category,
        "valid_from": _day(disease.valid_from),
        "valid_until": _day(disease.valid_until),
        "self_pay": disease.self_pay,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
