"""Who is asked about a person's 資格 (`eligibility.sources`), and what follows where register and terminal disagree.

The register gives a member's number, the 資格確認端末 confirms it today. The visitor's answer follows the
terminal; staff see what differs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol
from unicodedata import normalize

from kiosk.decision import CardStatus, Decision, Facts, NextStep, Policy, Reason, Registration, Supplement
from kiosk.eligibility.differences import (
    DAYS,
    KEY_FIELDS,
    Change,
    ConfirmedField,
    FieldDifference,
    changes_of,
    differences_of,
    takeable,
    what_changed,
)
from kiosk.eligibility.model import Member, MemberId
from kiosk.eligibility.terminal import (
    Answer,
    Desk,
    Enquiry,
    FactsNote,
    NoFacts,
    OfficialReader,
    Qualification,
    ReferenceRegistration,
    Registered,
    RequestRefused,
    Status,
    TerminalError,
    facts_of_answer,
    policy_for,
    shows_card,
    without_served,
)
from kiosk.failures import FAILURES, Code, Failure
from kiosk.graphemes import shown_letters, without_controls
from kiosk.store.codes import Relationship, Sex

__all__ = [
    "Asks",
    "Change",
    "ConfirmedFacts",
    "ConfirmedField",
    "DAYS",
    "FieldDifference",
    "EligibilitySource",
    "KEY_FIELDS",
    "OUTAGE",
    "Sources",
    "changes_of",
    "confirmed",
    "differences_of",
    "enquiry_of",
    "member_of",
    "takeable",
    "what_changed",
]

_LONGEST_INSURER_NAME: Final = 40
"""Letters of 保険者名称 that a screen has room for."""


class EligibilitySource(StrEnum):
    """Where an answer about a 資格 comes from."""

    REGISTRY = "registry"
    TERMINAL = "terminal"
    LAST_KNOWN = "last_known"
    """What the terminal said the last time: it does not answer now."""


class Asks(Protocol):
    """A 資格確認端末 that can be asked (`kiosk.eligibility.terminal.Terminal`)."""

    def ask(self, enquiry: Enquiry, still_wanted: Callable[[], bool] = ..., visit: str | None = ...) -> Answer:
        """Return the answer, which has a failure code where there is none. Blocks for a bounded time.

        ``visit`` is the number of the visit that asks; empty for the desk, None for a program.
        """
        ...

    def register(self, registration: ReferenceRegistration) -> Registered:
        """Register a 照会番号, and return what became of it. Raises RequestRefused. Blocks for a bounded time."""
        ...

    def check(self) -> None:
        """Raise TerminalError if nothing can be asked now. Takes a second at most."""
        ...


OUTAGE: Final = frozenset(
    {Code.TERMINAL_SILENT, Code.TERMINAL_FOLDER, Code.ANSWER_UNREADABLE, Code.TERMINAL_REFUSED, Code.ANSWER_OF_ANOTHER}
)
"""Failures that say nothing of the person: what the terminal said of them the last time is still worth knowing."""


def _keep_nothing(enquiry: Enquiry, answer: Answer) -> None:
    """Leave an answer that nobody asked for to the visit that it belongs to."""


def _nobody_keeps(enquiry: Enquiry) -> tuple[Answer, datetime] | None:
    return None


@dataclass(frozen=True, slots=True)
class Sources:
    """Who is asked.

    Attributes:
        registry: whether the register is asked, and first.
        terminal: the 資格確認端末; None where the register alone is asked.
        own_insurer: 保険者番号 of the insurer whose documents this kiosk's words and rules are about.
        limit: seconds until the terminal's answer counts as not given.
        last_known: returns the last answer about the person of an enquiry that was kept, and the moment that it is of.
        keep: keeps an answer that was not asked for, for the next outage.
        patient_folder: where the cards are that staff have tied to this clinic's patients; None where there are none.
        reader: the results of the 顔認証付きカードリーダー; None where no visit takes them.

    """

    registry: bool = True
    terminal: Asks | None = None
    own_insurer: str = "133033"
    limit: float = 30.0
    last_known: Callable[[Enquiry], tuple[Answer, datetime] | None] = _nobody_keeps
    keep: Callable[[Enquiry, Answer], None] = _keep_nothing
    reader: OfficialReader | None = None
    patient_folder: Path | None = None

    def ask(self, enquiry: Enquiry, still_wanted: Callable[[], bool] = lambda: True, visit: str | None = "") -> Answer:
        """Return the terminal's answer. What no request can carry is an answer that was refused."""
        if self.terminal is None:
            raise ValueError("the settings name no 資格確認端末")
        try:
            return replace(self.terminal.ask(enquiry, still_wanted, visit), asked_on=enquiry.on)
        except RequestRefused as error:
            code = Code.TERMINAL_REFUSED
            return Answer(Status.ERROR, message=FAILURES[code].why, failure=code, reason=str(error))

    def troubles(self) -> tuple[Failure, ...]:
        """Return why nothing can be asked now, or no face file be read; empty if all is well, or nobody asks."""
        try:
            if self.terminal is not None:
                self.terminal.check()
        except TerminalError as error:
            return (Failure.here(error.code, str(error)),)
        return self.reader.troubles() if self.reader else ()


def enquiry_of(member_id: MemberId, birth_date: date, on: date, *, limit_consent: bool = False) -> Enquiry:
    """Return the enquiry about a member for a day. The 限度額 is asked for only with the person's consent."""
    numbers = (member_id.insurer_number, member_id.symbol, member_id.number, member_id.branch)
    return Enquiry(*numbers, birth_date, on, limit_consent)


@dataclass(frozen=True, slots=True, repr=False)
class ConfirmedFacts:
    """What a usable answer of the terminal amounts to.

    Attributes:
        facts: the facts for the decision.
        policy: the rules by which it is decided.
        differences: where the register says something else.
        insurer_name: the insurer's name, if it is another one than this kiosk's own.
        notes: what staff are told of the answer, such as that there is a newer 資格.

    """

    facts: Facts
    policy: Policy
    served: frozenset[Supplement]
    differences: tuple[FieldDifference, ...]
    insurer_name: str | None
    notes: tuple[FactsNote, ...]

    def decision(self, decide: Callable[[Facts, Policy], Decision]) -> Decision:
        """Return the decision: without what the answer has itself, and, for another insurer, without our issuance."""
        made = without_served(decide(self.facts, self.policy), self.served)
        return made if self.insurer_name is None else _without_issuance(made)


def confirmed(
    answer: Answer, member: Member | None, facts: Facts | None, desk: Desk, policy: Policy, on: date, own_insurer: str
) -> ConfirmedFacts | NoFacts:
    """Return what an answer amounts to for a person.

    Args:
        answer: what the terminal said.
        member: the person as the register has them; None if it does not.
        facts: the register's facts of that member.
        desk: what is known here beside the answer.
        policy: the insurer's rules.
        on: the day asked about.
        own_insurer: 保険者番号 of this kiosk's own insurer.

    """
    found = facts_of_answer(answer, on, desk)
    if isinstance(found, NoFacts):
        return found
    result = found.result or Qualification()
    insurer = result.insurer_number or (member.id.insurer_number if member else own_insurer)
    made = found.facts
    if facts is not None and member is not None and insurer == member.id.insurer_number:
        made = _brought_up_to_date(facts, found.facts, by_card=shows_card(answer, desk))
    name = _name_of(result) if insurer != own_insurer else None
    differences = differences_of(member, result, found.facts.lost_on, on) if member else ()
    return ConfirmedFacts(made, policy_for(result, policy), found.served, differences, name, found.notes)


def _brought_up_to_date(registered: Facts, answered: Facts, *, by_card: bool) -> Facts:
    """Return the register's facts with the membership that the terminal confirms; papers stay as they are.

    The card stays too, unless the answer comes from it: it is held and registered then, whatever the register says. A
    利用登録 that is going to end still ends.
    """
    made = replace(
        registered,
        acquired_on=answered.acquired_on,
        lost_on=answered.lost_on,
        linked_on=answered.linked_on,
        pays_in_full=answered.pays_in_full,
        needs=answered.needs,
    )
    if not by_card:
        return made
    made = replace(made, card=answered.card, card_today=answered.card_today)
    ends_on = registered.registration_ends_on
    ends_later = registered.registration is Registration.CANCELLED and ends_on is not None and ends_on >= registered.on
    return made if ends_later else replace(made, registration=answered.registration, registration_ends_on=None)


def _name_of(result: Qualification) -> str:
    """Return 保険者名称, as far as a screen has room for it."""
    letters = shown_letters(without_controls(result.insurer_name or ""))
    return "".join(letters[:_LONGEST_INSURER_NAME]) or "ご加入の保険者"


_ISSUANCE_STEPS = {NextStep.FILE_PAPERS, NextStep.AWAIT_CONFIRMATION}
_ISSUANCE_REASONS = {Reason.CONFIRMATION_IS_ENOUGH, Reason.CONFIRMATION_ENDING, Reason.STAY_ENDED}


def _without_issuance(decision: Decision) -> Decision:
    """Return a decision that promises no paper of this union's to somebody whom it does not insure."""
    steps = tuple(step for step in decision.next_steps if step not in _ISSUANCE_STEPS)
    reasons = tuple(reason for reason in decision.reasons if reason not in _ISSUANCE_REASONS)
    return replace(
        decision,
        issue=None,
        file=(),
        reasons=reasons or decision.reasons,
        next_steps=steps or (NextStep.ASK_STAFF,),
    )


# People of whom no register knows


def member_of(result: Qualification, enquiry: Enquiry, on: date, now: datetime) -> Member:
    """Return a person as a member, for the desk; nothing of it is written into the register.

    Where the answer does not say something, it is as in the enquiry, or unknown. フリガナ is in full width, as in the
    register.
    """
    return Member(
        id=MemberId(
            without_controls(result.insurer_number or enquiry.insurer_number),
            without_controls(result.symbol or enquiry.symbol),
            without_controls(result.number or enquiry.number),
            without_controls(result.branch or enquiry.branch),
        ),
        name=without_controls(result.name or ""),
        kana=normalize("NFKC", without_controls(result.kana or "")),
        birth_date=result.birth_date or enquiry.birth_date,
        sex=next((sex for sex in Sex if sex == result.sex), None),
        relationship=next((one for one in Relationship if one == result.relationship), None),
        household_head=without_controls(result.household_head or ""),
        postal_code=without_controls(result.postal_code or ""),
        address=without_controls(result.address or ""),
        employer="",
        acquired_on=result.acquired_on or on,
        lost_on=result.lost_on,
        copay_percent=result.copay_percent,
        limit_class="",
        filed_on=None,
        my_number_reported=None,
        linked_on=on,
        card=CardStatus.HELD,
        certificate=None,
        certificate_valid_until=None,
        registration=Registration.UNKNOWN,
        registration_ends_on=None,
        confirmation_requested=None,
        notice_issued_on=None,
        confirmation_valid_from=None,
        confirmation_valid_until=None,
        legacy_card_until=None,
        information_withheld=False,
        special_consideration=False,
        pays_in_full=False,
        card_without_pin=False,
        stay_until=None,
        valid_from=on,
        recorded_at=now,
        confirmed_on=on,
    )
