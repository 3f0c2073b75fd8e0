"""The visit as a state machine: a closed union of states, a closed union of events, one table.

Pure: ``step`` takes a visit and an event and returns what follows. A pair that the table does not list is ignored,
and so is an event that carries the number of an earlier visit.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from kiosk.reception.actions import (
    AskForDocument,
    ChooseLanguage,
    ChoosePurpose,
    Continue,
    EnterPin,
    Finish,
    NeedStaff,
    OpenGuide,
    OpenPage,
    SayBelonging,
    SayLimitConsent,
    SayNeeds,
    SayPhoneCard,
    SaySmartphone,
    SayWhereabouts,
    SetAids,
    UseReader,
)
from kiosk.reception.visit import awaiting, confirming, guiding, identifying, showing
from kiosk.reception.visit import coming_and_going as cards
from kiosk.reception.visit.events import (
    CardBound,
    CardFailed,
    CardPut,
    CardRead,
    CardTaken,
    Determined,
    FaceCompared,
    LookedUp,
    NotDetermined,
    OfVisit,
    OrderFailed,
    OrderPlaced,
    Proved,
    ReaderAwaited,
    ReaderWanted,
    ResultChosen,
    ResultFound,
    ResultToChoose,
    ServiceChanged,
    StaffCame,
    Suspended,
    TerminalAnswered,
    TerminalNeeded,
    TimedOut,
    VisitEvent,
)
from kiosk.reception.visit.rules import Rules
from kiosk.reception.visit.states import (
    AskingTerminal,
    AwaitingReader,
    Determining,
    Failed,
    Farewell,
    GuideAdvice,
    GuideBelongings,
    GuideCard,
    GuidePhone,
    Idle,
    Information,
    OnPage,
    Ordering,
    OutOfService,
    PinEntry,
    Proving,
    Questioning,
    Reading,
    Result,
    ShownByStaff,
    StaffCheck,
    TakeCard,
)
from kiosk.reception.visit.table import IGNORED, On, Reaction, Row, table_of
from kiosk.reception.visit.visit import Visit

__all__ = ["TABLE", "step"]


def step(visit: Visit, event: VisitEvent, rules: Rules) -> Reaction:
    """Return the next visit and its effects, or Ignored if the event does not concern this visit and state."""
    if isinstance(event, OfVisit) and event.visit != visit.number:
        return IGNORED
    answer = TABLE.get((type(visit.state), type(event)))
    return answer(visit, event, rules) if answer else IGNORED


_AT_REST = (Idle, OutOfService)
_GUIDE = (GuideCard, GuidePhone, GuideBelongings, GuideAdvice)
_SHOWN = (Result, OnPage, Ordering, ShownByStaff)
_TIMED = (PinEntry, Questioning, *_SHOWN, *_GUIDE, Information, Failed)
_WORKING = (Determining, AskingTerminal)
_EVERY = (*_AT_REST, Reading, StaffCheck, Proving, *_WORKING, AwaitingReader, TakeCard, Farewell, *_TIMED)
_WITHOUT_ANSWER = (*_AT_REST, TakeCard, StaffCheck, Failed, AwaitingReader, *_GUIDE, Information)


def _everywhere() -> Iterator[Row]:
    yield from On(CardPut, cards.card_put).at(*_EVERY)
    yield from On(Suspended, cards.suspended).at(*_EVERY)
    yield from On(StaffCame, cards.staff_came).at(*_EVERY)
    yield from On(ChooseLanguage, cards.choose_language).at(*_EVERY)
    yield from On(SetAids, cards.aids_set).at(*_EVERY)


def _cards_and_readers() -> Iterator[Row]:
    yield from On(CardTaken, cards.card_taken_while_working).at(Reading, *_WORKING)
    yield from On(CardTaken, cards.card_taken_while_proving).at(Proving)
    yield from On(CardTaken, cards.card_taken_while_waiting).at(PinEntry, StaffCheck, TakeCard)
    yield from On(CardTaken, cards.card_taken_from_failure).at(Failed)
    yield from On(CardTaken, cards.card_taken_from_result).at(Questioning, *_SHOWN)
    yield from On(CardTaken, cards.card_taken_from_guide).at(*_GUIDE)
    yield from On(ServiceChanged, cards.service_changed_at_rest).at(*_AT_REST, Farewell)
    yield from On(ServiceChanged, cards.service_changed_at_guide).at(*_GUIDE, Information)
    yield from On(ServiceChanged, cards.service_changed_after_failure).at(Failed)
    yield from On(ServiceChanged, cards.service_changed_before_proof).at(Reading, PinEntry)
    yield from On(ServiceChanged, cards.service_changed_while_shown_by_staff).at(ShownByStaff, AwaitingReader)
    yield from On(ServiceChanged, cards.service_changed_for_card).at(
        StaffCheck, Proving, *_WORKING, Questioning, Result, OnPage, Ordering, TakeCard
    )


def _identifying() -> Iterator[Row]:
    yield from On(CardRead, identifying.card_read).at(Reading)
    yield from On(CardFailed, identifying.card_failed).at(Reading)
    yield from On(CardFailed, identifying.proof_failed).at(Proving)
    yield from On(CardFailed, identifying.probe_failed).at(Failed)
    yield from On(EnterPin, identifying.enter_pin).at(PinEntry)
    yield from On(Proved, identifying.proved).at(Proving)
    yield from On(FaceCompared, identifying.face_compared_at_desk).at(StaffCheck)
    yield from On(FaceCompared, identifying.face_compared_after_failure).at(Failed)
    yield from On(CardBound, identifying.card_bound).at(Failed)
    yield from On(Determined, showing.determined).at(Determining)
    yield from On(NotDetermined, identifying.not_determined).at(Determining)
    yield from On(TerminalNeeded, confirming.terminal_needed).at(Determining)
    yield from On(TerminalAnswered, confirming.terminal_answered).at(AskingTerminal)


def _official_reader() -> Iterator[Row]:
    yield from On(UseReader, awaiting.use_reader).at(Idle, StaffCheck, Failed, GuideAdvice)
    yield from On(ReaderWanted, awaiting.reader_wanted).at(*_WITHOUT_ANSWER, ShownByStaff)
    yield from On(ReaderAwaited, awaiting.reader_awaited).at(AwaitingReader)
    yield from On(ResultFound, awaiting.result_found).at(AwaitingReader)
    yield from On(ResultToChoose, awaiting.result_to_choose).at(AwaitingReader)
    yield from On(ResultChosen, awaiting.result_chosen).at(AwaitingReader)
    yield from On(CardTaken, awaiting.card_taken_while_awaiting).at(AwaitingReader)
    yield from On(Finish, awaiting.gave_up).at(AwaitingReader)
    yield from On(TimedOut, awaiting.reader_silent).at(AwaitingReader)


def _desk_and_time() -> Iterator[Row]:
    others = (*_AT_REST, Reading, StaffCheck, Proving, *_WORKING, Failed, AwaitingReader, TakeCard, Farewell)
    yield from On(NeedStaff, identifying.want_staff).at(PinEntry)
    yield from On(NeedStaff, cards.call_staff).at(*others, Questioning, *_SHOWN, *_GUIDE, Information)
    yield from On(LookedUp, showing.looked_up).at(*_WITHOUT_ANSWER, ShownByStaff)
    yield from On(Continue, cards.continued).at(*_TIMED)
    yield from On(Continue, cards.still_here).at(*_AT_REST)
    yield from On(Finish, cards.end).at(StaffCheck, AskingTerminal, *_TIMED)
    yield from On(TimedOut, cards.warn_or_end).at(*(state for state in _TIMED if state is not Failed))
    yield from On(TimedOut, cards.end).at(Farewell)
    yield from On(TimedOut, cards.failure_timed_out).at(Failed)
    yield from On(TimedOut, cards.card_left).at(TakeCard)
    yield from On(TimedOut, cards.visitor_gone).at(*_AT_REST)


def _answers_of_visitors() -> Iterator[Row]:
    answered = (Questioning, Result, OnPage)
    yield from On(ChoosePurpose, showing.choose_purpose).at(*answered)
    yield from On(SayNeeds, showing.say_needs).at(*answered)
    yield from On(SaySmartphone, showing.say_smartphone).at(*answered)
    yield from On(SayLimitConsent, showing.say_limit_consent).at(Questioning)
    yield from On(OpenPage, showing.open_page).at(Result, OnPage)
    yield from On(OpenPage, showing.open_information).at(Idle, Information)
    yield from On(AskForDocument, showing.ask_for_document).at(OnPage)
    yield from On(OrderPlaced, showing.order_placed).at(Ordering)
    yield from On(OrderFailed, showing.order_failed).at(Ordering)
    yield from On(OpenGuide, guiding.open_guide).at(Idle)
    yield from On(OpenGuide, guiding.open_guide_after_failure).at(Failed)
    yield from On(OpenGuide, guiding.open_guide_anew).at(*_GUIDE)
    yield from On(SayWhereabouts, guiding.say_whereabouts).at(GuideCard)
    yield from On(SayPhoneCard, guiding.say_phone_card).at(GuidePhone)
    yield from On(SayBelonging, guiding.say_belonging).at(GuideBelongings)


TABLE = table_of(
    chain(
        _everywhere(),
        _cards_and_readers(),
        _identifying(),
        _official_reader(),
        _desk_and_time(),
        _answers_of_visitors(),
    )
)
"""What follows for each pair of a state and an event; a pair that is not listed is ignored and counted."""
