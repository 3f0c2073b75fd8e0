"""Work out what is to be answered about one person: what the members file says, bent by a scenario."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from simulators.terminal.directory import Directory, GivenValidity, is_late_elderly
from simulators.terminal.insured import InsuredPerson, Scenario
from simulators.terminal.questions import SearchInfo, has_right_check_digit

__all__ = ["EXPIRING", "Finding", "ResultMessage", "candidates", "find", "found_by_card", "scenario_for"]


@dataclass(frozen=True, slots=True)
class ResultMessage:
    """処理結果コード and 処理結果メッセージ; the real codes are not public, so ours say that they are simulated."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, repr=False)
class Finding:
    """What is answered about one person. ``failed`` is 処理結果状況 2; ``notice`` comes with a normal end."""

    validity: GivenValidity | None
    person: InsuredPerson | None = None
    notice: ResultMessage | None = None
    failed: bool = False


EXPIRING: Final = ResultMessage(
    "SIM-N001",
    "マイナンバーカードの電子証明書の有効期限が近づいています。市区町村の窓口で更新手続きをしてください。(模擬)",
)
_FAILED: Final = ResultMessage("SIM-R900", "資格情報を確認できませんでした。(模擬)")
_NO_INSURER: Final = ResultMessage("SIM-R001", "保険者番号に誤りがあります。(模擬)")


def scenario_for(candidates: Sequence[InsuredPerson], forced: Scenario | None) -> Scenario | None:
    """Return the scenario that holds: the one of the command, or the one person's own."""
    own = {person.scenario for person in candidates}
    return forced or (own.pop() if len(own) == 1 else None)


def find(question: SearchInfo, directory: Directory, forced: Scenario | None, on: date, started: date) -> Finding:
    """Return what is answered to a question by number; ``started`` is the day when the terminal was started."""
    if not (has_right_check_digit(question.insurer_number) or directory.knows_insurer(question.insurer_number)):
        return Finding(None, notice=_NO_INSURER, failed=True)
    found = candidates(question, directory)
    scenario = scenario_for(found, forced)
    match scenario:
        case Scenario.ERROR:
            return Finding(None, notice=_FAILED, failed=True)
        case Scenario.NONE:
            return Finding(GivenValidity.NONE)
        case Scenario.SEVERAL:
            return Finding(GivenValidity.SEVERAL)
        case Scenario.TWINS:
            found = [*found, _twin_of(found[0])] if len(found) == 1 else found
    meant = [person for person in found if question.branch in ("", person.branch) or is_late_elderly(person)]
    if len(meant) != 1:
        return Finding(GivenValidity.SEVERAL if meant else GivenValidity.NONE)
    return _about(meant[0], directory, scenario, on, started)


def found_by_card(
    person: InsuredPerson, directory: Directory, scenario: Scenario | None, on: date, started: date
) -> Finding:
    """Return what is in the face file of a person whose card the face reader has read."""
    match scenario:
        case Scenario.ERROR:
            return Finding(None, notice=_FAILED, failed=True)
        case Scenario.NONE:
            return Finding(GivenValidity.NONE)
        case Scenario.SEVERAL:
            return Finding(GivenValidity.SEVERAL)
    finding = _about(person, directory, scenario, on, started)
    end = person.certificate_valid_until
    soon = end is not None and on <= end < on + timedelta(days=91)
    return replace(finding, notice=EXPIRING) if soon else finding


def candidates(question: SearchInfo, directory: Directory) -> list[InsuredPerson]:
    """Return who has the number and the birthday of a question, whatever the 枝番."""
    found = directory.with_number(question.insurer_number, question.symbol, question.number)
    return [person for person in found if person.birth_date == question.birth_date]


def _about(person: InsuredPerson, directory: Directory, scenario: Scenario | None, on: date, started: date) -> Finding:
    bent = _bent(person, scenario, on, started)
    validity = directory.validity(bent, on)
    if scenario is Scenario.NEW_QUALIFICATION and validity is GivenValidity.INVALID:
        validity = GivenValidity.NEW_QUALIFICATION
    notice = EXPIRING if scenario is Scenario.NOTICE else None
    return Finding(validity, None if validity is GivenValidity.NONE else bent, notice)


def _bent(person: InsuredPerson, scenario: Scenario | None, on: date, started: date) -> InsuredPerson:
    """Return the person as the scenario wants it. What only says how an answer is delivered bends nothing."""
    if scenario is None or scenario in _DELIVERY:
        return person
    if scenario is Scenario.NOT_LINKED_YET:
        return replace(_insured(person, min(person.acquired_on, started)), linked_on=None, filed_on=started)
    insured = _insured(person, min(person.acquired_on, on))
    match scenario:
        case Scenario.INVALID | Scenario.NEW_QUALIFICATION:
            lost_on = min(person.lost_on or on, on - timedelta(days=10))
            return replace(_insured(person, min(person.acquired_on, lost_on)), lost_on=lost_on)
        case Scenario.SHIFT_JIS:
            name = insured.name.replace("高", "髙").replace("崎", "﨑")
            return replace(insured, name=name, address=f"{insured.address}　髙﨑ビル①")
        case Scenario.LIMIT:
            return replace(insured, limit_class=insured.limit_class or "A03")
        case Scenario.SPECIFIC_DISEASE:
            return replace(insured, specific_disease=insured.specific_disease or "1")
        case Scenario.ELDERLY | Scenario.LATE_ELDERLY | Scenario.PRESCHOOL:
            return replace(insured, scenario=scenario)
    return insured


def _insured(person: InsuredPerson, since: date) -> InsuredPerson:
    return replace(person, acquired_on=since, linked_on=since, lost_on=None, my_number_reported=True)


def _twin_of(person: InsuredPerson) -> InsuredPerson:
    """Return an invented twin: same number, same birthday, the branch number after the person's."""
    name = person.name.split()[:1] + ["双葉"]
    kana = person.kana.split()[:1] + ["フタバ"]
    branch = f"{(int(person.branch) + 1) % 100:02}"
    return replace(person, branch=branch, name=" ".join(name), kana=" ".join(kana), linked_on=person.acquired_on)


_DELIVERY: Final = frozenset(
    {Scenario.SLOW, Scenario.SILENT, Scenario.HALF_WRITTEN, Scenario.BROKEN, Scenario.WRONG_FACE}
)
