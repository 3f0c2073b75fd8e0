"""An answer in a few lines of text, for people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from kiosk.eligibility.terminal import codes
from kiosk.eligibility.terminal.codes import label
from kiosk.eligibility.terminal.facts import qualifications
from kiosk.eligibility.terminal.json_form import answer_json
from kiosk.eligibility.terminal.model import Answer, Qualification, Registered
from kiosk.failures import Code
from kiosk.graphemes import shown_letters, without_controls

__all__ = ["insurance_of", "own_words", "summary"]

_LONGEST_WORDS: Final = 200
"""Letters of a message that the staff page has room for."""

_USUAL_CLASS: Final = "01"


def summary(answer: Answer) -> str:
    """Return what an answer says, one fact a line; codes with what they mean.

    What an answer holds beside letters, such as line breaks and escapes of a terminal, is left out.
    """
    said = answer_json(answer)
    head = [str(answer.status), label(codes.VALIDITIES, answer.validity), said["code"], said["message"]]
    lines = [" ".join(str(part) for part in head if part)]
    for result in answer.results:
        lines += [f"  {name}: {value}" for name, value in _facts(result) if value]
    lines += [f"  {name}: {text}" for name, text in answer.unknown.items()]
    return "\n".join(line[: len(line) - len(line.lstrip(" "))] + without_controls(line) for line in lines)


def own_words(answer: Answer | Registered) -> str:
    """Return 処理結果コード and 処理結果メッセージ as the terminal wrote them, for staff; empty if it wrote none.

    A normal answer may have them too, as a notice, such as that the certificate of the card ends soon.
    """
    if answer.code in frozenset(Code):
        return ""
    said = without_controls(" ".join(part for part in (answer.code, answer.message) if part))
    return "".join(shown_letters(said)[:_LONGEST_WORDS])


def insurance_of(answer: Answer) -> Iterator[tuple[str, str]]:
    """Yield what staff need of a usable answer to receive the person, as a name and its value."""
    yield "資格", label(codes.VALIDITIES, answer.validity)
    for result in qualifications(answer)[:1]:
        yield from ((name, without_controls(value)) for name, value in _terms(result) if value)


def _terms(result: Qualification) -> Iterator[tuple[str, str]]:
    """Yield under which terms somebody is insured; an empty value is nothing to be told."""
    unusual = None if result.certificate_class == _USUAL_CLASS else result.certificate_class
    yield "区分", label(codes.CERTIFICATE_CLASSES, unusual)
    yield "負担割合", "" if result.copay_percent is None else f"{result.copay_percent}%"
    yield "未就学", "該当" if result.preschool else ""
    if result.limit is not None:
        yield "限度額", label(codes.LIMIT_CLASSES, result.limit.limit_class)
    yield "特定疾病", "、".join(label(codes.DISEASES, one.category) for one in result.specific_diseases)
    yield "照会番号", result.reference or ""


def _facts(result: Qualification) -> Iterator[tuple[str, str | None]]:
    numbers = (result.insurer_number, result.symbol, result.number, result.branch)
    yield "保険者番号・記号・番号・枝番", " ".join(part or "-" for part in numbers)
    yield "保険者名称", result.insurer_name
    yield "氏名", result.name
    yield "生年月日", _day(result.birth_date)
    yield "資格取得年月日", _day(result.acquired_on)
    yield "資格喪失年月日", _day(result.lost_on)
    yield "資格喪失事由", label(codes.LOSS_REASONS, result.loss_reason)
    yield "被保険者証区分", label(codes.CERTIFICATE_CLASSES, result.certificate_class)
    yield "負担割合", None if result.copay_percent is None else f"{result.copay_percent}%"
    if result.limit is not None:
        yield "限度額適用認定証", label(codes.LIMIT_CERTIFICATES, result.limit.certificate)
        yield "適用区分", label(codes.LIMIT_CLASSES, result.limit.limit_class)
    for disease in result.specific_diseases:
        yield "特定疾病", label(codes.DISEASES, disease.category)
    yield "照会番号", result.reference


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
