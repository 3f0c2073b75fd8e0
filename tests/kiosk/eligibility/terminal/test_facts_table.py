"""From the terminal's answer to facts: the table of what each element amounts to, on messages made here alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from xml.sax.saxutils import escape

from hypothesis import given
from hypothesis import strategies as st

from kiosk.decision import CardStatus, Confirmation, Facts, Need, Registration, Supplement
from kiosk.eligibility import PapersSeen
from kiosk.eligibility.terminal import Desk, FactsNote, NoFacts, TerminalFacts, facts_of_answer, parse_answer
from kiosk.failures import Code

ON = date(2026, 11, 22)
BORN = date(1954, 4, 5)
NEEDS = (Need.HIGH_COST, Need.SPECIFIC_DISEASE)
PAPER = Confirmation(date(2026, 1, 1), date(2030, 12, 31))

past = st.dates(date(1990, 1, 1), ON)
maybe_past = st.none() | past


@dataclass(frozen=True)
class Said:
    """What a message says, element by element."""

    validity: str = "1"
    status: str = "1"
    segment: str = "1"
    reference: str = "2"
    acquired_on: date | None = None
    lost_on: date | None = None
    certificate_class: str = "01"
    elderly: bool = False
    limit: bool = False
    disease: bool = False

    def content(self) -> bytes:
        header = f"<ReferenceClassification>{self.reference}</ReferenceClassification>"
        header += f"<SegmentOfResult>{self.segment}</SegmentOfResult>"
        body = f"<ProcessingResultStatus>{self.status}</ProcessingResultStatus>"
        body += f"<QualificationValidity>{escape(self.validity)}</QualificationValidity>"
        result = f"<InsuredCardClassification>{self.certificate_class}</InsuredCardClassification>"
        result += f"<Birthdate>{BORN:%Y%m%d}</Birthdate>"
        result += f"<QualificationDate>{_day(self.acquired_on)}</QualificationDate>"
        result += f"<DisqualificationDate>{_day(self.lost_on)}</DisqualificationDate>"
        result += _ELDERLY * self.elderly + _LIMIT * self.limit + _DISEASE * self.disease
        listed = f"<ResultOfQualificationConfirmation>{result}</ResultOfQualificationConfirmation>"
        body += f"<ResultList>{listed}</ResultList>" if self.validity in ("1", "2", "3", "6") else ""
        return f"<XmlMsg><MessageHeader>{header}</MessageHeader><MessageBody>{body}</MessageBody></XmlMsg>".encode()


_ELDERLY = (
    "<ElderlyRecipientCertificateInfo><ElderlyRecipientContributionRatio>020</ElderlyRecipientContributionRatio>"
    "</ElderlyRecipientCertificateInfo>"
)
_LIMIT = (
    "<LimitApplicationCertificateRelatedInfo>"
    "<LimitApplicationCertificateClassification>01</LimitApplicationCertificateClassification>"
    "</LimitApplicationCertificateRelatedInfo>"
)
_DISEASE = (
    "<SpecificDiseasesCertificateList><SpecificDiseasesCertificateInfo>"
    "<SpecificDiseasesDiseaseCategory>1</SpecificDiseasesDiseaseCategory>"
    "</SpecificDiseasesCertificateInfo></SpecificDiseasesCertificateList>"
)


def _day(day: date | None) -> str:
    return "" if day is None else f"{day:%Y%m%d}"


def amounts_to(said: Said, desk: Desk) -> TerminalFacts | NoFacts:
    return facts_of_answer(parse_answer(said.content()), ON, desk)


def facts(said: Said, desk: Desk) -> TerminalFacts:
    made = amounts_to(said, desk)
    assert isinstance(made, TerminalFacts)
    return made


def is_insured(made: Facts) -> bool:
    return made.acquired_on <= ON and (made.lost_on is None or made.lost_on > ON)


desks = st.builds(
    Desk,
    birth_date=st.just(BORN),
    registration=st.sampled_from(Registration).filter(lambda one: one is not Registration.CANCELLED),
    card_status=st.sampled_from(CardStatus),
    needs=st.just(NEEDS),
    papers=st.sampled_from([PapersSeen(), PapersSeen(confirmation=PAPER)]),
    face_file=st.booleans(),
)


@given(st.sampled_from("16"), st.none() | st.dates(date(1990, 1, 1), date(2060, 1, 1)), maybe_past, desks)
def test_1_and_6_are_insured_on_the_day_and_have_no_loss(
    validity: str, lost_on: date | None, acquired_on: date | None, desk: Desk
) -> None:
    made = facts(Said(validity, lost_on=lost_on, acquired_on=acquired_on), desk)
    assert is_insured(made.facts)
    assert made.facts.lost_on is None
    assert made.facts.acquired_on == (acquired_on or ON)
    assert (FactsNote.ACQUIRED_ON_MISSING in made.notes) == (acquired_on is None)


@given(st.sampled_from("23"), maybe_past, maybe_past, desks)
def test_2_and_3_are_lost_on_their_day_or_on_the_day_itself(
    validity: str, lost_on: date | None, acquired_on: date | None, desk: Desk
) -> None:
    made = facts(Said(validity, lost_on=lost_on, acquired_on=acquired_on), desk)
    assert not is_insured(made.facts)
    assert made.facts.lost_on == (lost_on or ON)
    assert (FactsNote.OLD_QUALIFICATION in made.notes) == (validity == "3")


@given(
    st.sampled_from(
        [
            (Said("4"), Code.NOT_FOUND_ONLINE),
            (Said("5"), Code.SEVERAL_FOUND_ONLINE),
            (Said("7"), Code.ANSWER_UNREADABLE),
            (Said("1", status="2"), Code.TERMINAL_REFUSED),
            (Said("1", segment="9"), Code.TERMINAL_REFUSED),
            (Said("1", segment="3"), Code.TERMINAL_REFUSED),
        ]
    ),
    desks,
)
def test_4_5_and_an_error_are_no_facts(expected: tuple[Said, Code], desk: Desk) -> None:
    said, code = expected
    assert amounts_to(said, desk) == NoFacts(code)


@given(st.sampled_from("1236"), st.sampled_from("12"), desks)
def test_an_answer_at_all_is_linked_and_by_card_it_is_registered_and_held(
    validity: str, reference: str, desk: Desk
) -> None:
    made = facts(Said(validity, reference=reference), desk).facts
    assert made.linked_on == ON
    if reference == "1" or desk.face_file:
        assert (made.registration, made.card) == (Registration.REGISTERED, CardStatus.HELD)
    else:
        assert (made.registration, made.card) == (desk.registration, desk.card_status)
    assert made.confirmation_held == (desk.papers.confirmation or None)


@given(st.sampled_from(["01", "02", "05", "06", "07", "ZZ"]), desks)
def test_05_alone_pays_in_full(certificate_class: str, desk: Desk) -> None:
    made = facts(Said(certificate_class=certificate_class), desk).facts
    assert made.pays_in_full == (certificate_class == "05")


@given(st.booleans(), st.booleans(), st.booleans(), desks)
def test_what_is_present_serves_its_need(elderly: bool, limit: bool, disease: bool, desk: Desk) -> None:
    made = facts(Said(elderly=elderly, limit=limit, disease=disease), desk)
    assert (Need.HIGH_COST in made.facts.needs) == (not limit)
    assert (Need.SPECIFIC_DISEASE in made.facts.needs) == (not disease)
    assert (Supplement.ELDERLY_RECIPIENT_CERTIFICATE in made.served) == elderly


@given(desks)
def test_what_is_not_named_has_its_default(desk: Desk) -> None:
    made = facts(Said(), desk).facts
    assert (made.notice_held, made.legacy_card_until, made.registration_ends_on) == (False, None, None)
    assert (made.information_withheld, made.special_consideration, made.confirmation_requested) == (False,) * 3
    assert (made.stay_until, made.filed_on, made.my_number_reported) == (None, None, True)


def test_a_loss_after_the_day_is_the_day_itself() -> None:
    assert facts(Said("2", lost_on=ON + timedelta(days=9)), Desk(birth_date=BORN)).facts.lost_on == ON
