"""The JPKI application: the exact commands, what is learnt of a road, and a PIN that is never sent twice."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.connection import Transport
from drivers.errors import (
    BadCardData,
    CardAnswerError,
    CardRemoved,
    CardWithoutPin,
    CertificateProtected,
    CommunicationFailed,
    DriverError,
    UnsupportedCard,
)
from drivers.jpki import CardMemory, JpkiCard, PinOutcome, PinResult, is_pin
from drivers.memory import READS_ON_A_REFUSAL, LinkCapabilities

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.drivers.doubles import CardDouble

SELECT = "00A4040C0AD392F000260100000001"
SELECT_ISD = "00A4040C07A0000001510000"
VERIFY = "002000980431323334"
CHALLENGE = b"c" * 32
SIGN = (
    "802A009733"
    + (bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(CHALLENGE).digest()).hex().upper()
    + "00"
)


def remembered(card: CardDouble, memory: CardMemory) -> tuple[int, frozenset[int], int]:
    """What was learnt of the card's road: the largest READ, the short ids that are refused, the link faults."""
    road = memory.recall(card.transport)
    return road.largest, road.refused, road.faults


def whole_visit(card: CardDouble, memory: CardMemory | None = None) -> list[str]:
    """Certificate, tries, VERIFY and signature in one transaction: the commands it took."""
    card.log.clear()
    with card:
        jpki = JpkiCard(card, memory or CardMemory())
        jpki.select()
        assert jpki.read_certificate() == card.certificate
        assert jpki.pin_tries_left() == 3
        assert jpki.verify_pin(bytearray(b"1234")) == PinResult(PinOutcome.RIGHT, 3)
        assert len(jpki.sign(CHALLENGE)) == 256
    # The card is powered off between visits.
    card.verified = card.application = False
    return list(card.log)


def selected(card: CardDouble, memory: CardMemory | None = None) -> JpkiCard:
    jpki = JpkiCard(card, memory or CardMemory())
    jpki.select()
    return jpki


# -- the budget ------------------------------------------------------------------------------------------


def test_everything_works_in_six_commands(make_card: type[CardDouble]) -> None:
    assert whole_visit(make_card()) == [
        SELECT,
        "00B08A000001FE",
        "00B001FE000428",
        "00200098",
        VERIFY,
        SIGN,
    ]


SHORT_READS = [f"00B0{offset:04X}{le}" for offset, le in zip(range(256, 1574, 256), ["00"] * 5 + ["26"], strict=True)]


@pytest.mark.parametrize("link_refuses", [False, True], ids=["6700", "link fault"])
def test_without_extended_length_eleven_commands_and_one_to_learn_it(
    make_card: type[CardDouble], link_refuses: bool
) -> None:
    card, memory = make_card(largest=256, link_refuses=link_refuses), CardMemory()
    reads = ["00B08A0000", *SHORT_READS]
    assert whole_visit(card, memory) == [SELECT, "00B08A000001FE", *reads, "00200098", VERIFY, SIGN]
    assert whole_visit(card, memory) == [SELECT, *reads, "00200098", VERIFY, SIGN]
    assert len(card.log) == 11


@pytest.mark.parametrize("link_refuses", [False, True], ids=["6700", "link fault"])
def test_with_neither_fourteen_commands_and_two_to_learn_it(make_card: type[CardDouble], link_refuses: bool) -> None:
    card, memory = make_card(largest=256, link_refuses=link_refuses, short_ids=frozenset()), CardMemory()
    assert len(whole_visit(card, memory)) == 16
    assert whole_visit(card, memory) == [
        SELECT,
        "00A4020C02000A",
        "00B0000000",
        *SHORT_READS,
        "00A4020C020018",
        "00200080",
        VERIFY.replace("98", "80", 1),
        "00A4020C020017",
        SIGN.replace("97", "80", 1),
    ]
    assert len(card.log) == 14


def test_neither_is_learnt_in_two_commands_when_the_short_id_is_refused_first(make_card: type[CardDouble]) -> None:
    card = make_card(largest=256, short_ids=frozenset())
    card.answers = {1: (b"", 0x6A82)}
    log = whole_visit(card)
    assert log[1:6] == ["00B08A000001FE", "00A4020C02000A", "00B000000001FE", "00B0000000", "00B0010000"]
    assert len(log) == 16


def test_extended_length_without_short_ids(make_card: type[CardDouble]) -> None:
    card, memory = make_card(short_ids=frozenset()), CardMemory()
    assert len(whole_visit(card, memory)) == 10
    # The certificate comes whole, now that its length is expected.
    assert len(whole_visit(card, memory)) == 8


@pytest.mark.parametrize("link_refuses", [False, True], ids=["6700", "link fault"])
def test_a_reader_of_522_byte_messages_is_learnt_by_number(make_card: type[CardDouble], link_refuses: bool) -> None:
    card, memory = make_card(largest=510, link_refuses=link_refuses), CardMemory()
    blocks = ["00B001FE0001FE", "00B003FC0001FE", "00B005FA2C"]
    assert whole_visit(card, memory)[1:6] == ["00B08A000001FE", "00B001FE000428", *blocks]
    assert whole_visit(card, memory)[1:5] == ["00B08A000001FE", *blocks]
    assert len(card.log) == 8


def test_shortened_answers_are_learnt_from(make_card: type[CardDouble]) -> None:
    card, memory = make_card(shortens_to=600), CardMemory()
    assert whole_visit(card, memory)[1:4] == ["00B08A000001FE", "00B001FE000428", "00B00456000" + "1D0"]
    assert memory.recall(card.transport).largest == 600


def test_answers_shortened_below_a_short_read_still_make_progress(make_card: type[CardDouble]) -> None:
    card, memory = make_card(shortens_to=100), CardMemory()
    assert len(whole_visit(card, memory)) == 4 + 16
    assert memory.recall(card.transport).largest == 256


def test_short_ids_refused_for_pin_and_key_alone(make_card: type[CardDouble]) -> None:
    card, memory = make_card(short_ids=frozenset({0x0A})), CardMemory()
    assert whole_visit(card, memory)[3:] == [
        "00200098",
        "00A4020C020018",
        "00200080",
        VERIFY.replace("98", "80", 1),
        SIGN,
        "00A4020C020017",
        SIGN.replace("97", "80", 1),
    ]
    # One less than it had to learn, one less by the certificate that comes whole.
    assert len(whole_visit(card, memory)) == 7
    assert len(card.verifies) == 1


@pytest.mark.parametrize("length", [260, 510, 511, 1583, 1749, 3808])
@pytest.mark.parametrize("largest", [256, 4096])
def test_no_read_but_the_first_of_all_asks_for_the_filler(
    make_card: type[CardDouble], make_certificate: Callable[..., bytes], length: int, largest: int
) -> None:
    card, memory = make_card(certificate=make_certificate(length), largest=largest), CardMemory()
    whole_visit(card, memory)
    asked = lengths_asked(whole_visit(card, memory))
    # A road that has carried no more than the usual first block is asked for that again.
    first = min(length, 2048) if largest > 256 and length - 510 > 510 else 510
    assert asked[0] == min(first, largest)
    assert sum(asked) == max(length, asked[0])


def lengths_asked(log: list[str]) -> list[int]:
    reads = [bytes.fromhex(apdu) for apdu in log if apdu.startswith("00B0")]
    return [int.from_bytes(apdu[5:], "big") if len(apdu) == 7 else apdu[4] or 256 for apdu in reads]


# -- the length of the last certificate ------------------------------------------------------------------


def test_a_road_that_is_known_takes_five_commands(make_card: type[CardDouble]) -> None:
    card, memory = make_card(), CardMemory()
    whole_visit(card, memory)
    assert whole_visit(card, memory) == [SELECT, "00B08A00000626", "00200098", VERIFY, SIGN]


@pytest.mark.parametrize("length", [1400, 1573, 1575, 1600])
def test_another_length_than_expected_takes_six_at_most(
    make_card: type[CardDouble], make_certificate: Callable[..., bytes], length: int
) -> None:
    memory = CardMemory()
    whole_visit(make_card(), memory)
    other = whole_visit(make_card(certificate=make_certificate(length)), memory)
    assert len(other) == (5 if length < 1574 else 6)


@pytest.mark.parametrize("refusal", [0x6700, 0x6A86, 0x6B00, None], ids=["6700", "6A86", "6B00", "link fault"])
def test_a_refusal_of_the_expected_length_falls_back_to_what_has_worked_and_is_remembered(
    make_card: type[CardDouble], refusal: int | None
) -> None:
    def at_most_1200(apdu: bytes) -> tuple[bytes, int] | None:
        if apdu[1] != 0xB0 or len(apdu) < 7 or int.from_bytes(apdu[5:], "big") <= 1200:
            return None
        if refusal is None:
            raise CommunicationFailed("too long for this reader")
        return b"", refusal

    card, memory = make_card(always=at_most_1200), CardMemory()
    assert lengths_asked(whole_visit(card, memory)) == [510, 1064]
    assert lengths_asked(whole_visit(card, memory)) == [1574, 1064, 510]
    for _ in range(2):
        assert lengths_asked(whole_visit(card, memory)) == [1064, 510]
    assert remembered(card, memory) == (1064, frozenset(), 0)


def test_a_card_that_carries_less_than_the_last_one_is_asked_for_the_usual_block(make_card: type[CardDouble]) -> None:
    memory = CardMemory()
    for _ in range(2):
        whole_visit(make_card(), memory)
    assert lengths_asked(whole_visit(make_card(largest=510), memory)) == [1574, 510, 510, 510, 44]


def test_only_a_certificate_that_has_signed_is_expected_again(make_card: type[CardDouble]) -> None:
    memory = CardMemory()
    for _ in range(2):
        assert selected(make_card(), memory).read_certificate() == make_card().certificate
    assert memory.recall(make_card().transport).expected == 0


def test_a_long_certificate_costs_the_next_card_little(
    make_card: type[CardDouble], make_certificate: Callable[..., bytes]
) -> None:
    memory = CardMemory()
    whole_visit(make_card(certificate=make_certificate(3808)), memory)
    assert lengths_asked(whole_visit(make_card(), memory)) == [2048]
    assert lengths_asked(whole_visit(make_card(), memory)) == [1574]


def test_a_certificate_shorter_than_the_first_block(
    make_card: type[CardDouble], make_certificate: Callable[..., bytes]
) -> None:
    card, memory = make_card(certificate=make_certificate(300)), CardMemory()
    assert len(whole_visit(card, memory)) == 5
    assert len(whole_visit(card, memory)) == 5


def test_different_roads_are_learnt_apart_and_not_without_limit() -> None:
    memory = CardMemory(capacity=2)
    roads = [Transport("pcsc", name, b"") for name in ("a", "b", "c")]
    for road in roads:
        memory.learn(road, LinkCapabilities(largest=256))
    assert memory.recall(roads[0]) == LinkCapabilities()
    assert [memory.recall(road).largest for road in roads[1:]] == [256, 256]


# -- learning from faults --------------------------------------------------------------------------------


def test_one_link_fault_that_ends_the_dialogue_teaches_nothing_two_do(make_card: type[CardDouble]) -> None:
    memory = CardMemory()
    for largest in (4096, 256):
        card = make_card(always=lambda apdu: None)
        card.answers = {command: CommunicationFailed("gone") for command in (1, 2, 3)}
        with pytest.raises(CommunicationFailed):
            whole_visit(card, memory)
        assert memory.recall(card.transport).largest == largest


def test_a_success_forgets_an_earlier_link_fault(make_card: type[CardDouble]) -> None:
    card, memory = make_card(), CardMemory()
    memory.doubt(card.transport, LinkCapabilities(largest=256))
    whole_visit(card, memory)
    assert remembered(card, memory) == (4096, frozenset(), 0)


# -- unlearning ------------------------------------------------------------------------------------------


def hostile(make_card: type[CardDouble], how: str) -> CardDouble:
    """A card that refuses what every card of its kind can do."""
    if how == "shortens":
        return make_card(shortens_to=100, short_ids=frozenset())
    return make_card(largest=256, link_refuses=how == "link fault", short_ids=frozenset())


@pytest.mark.parametrize("how", ["6700", "link fault", "shortens"])
def test_what_a_hostile_card_has_taught_is_unlearnt_after_sixteen_reads(make_card: type[CardDouble], how: str) -> None:
    memory = CardMemory()
    whole_visit(hostile(make_card, how), memory)
    honest = make_card()
    assert all(len(whole_visit(honest, memory)) > 6 for _ in range(READS_ON_A_REFUSAL))
    assert len(whole_visit(honest, memory)) == 6
    assert all(len(whole_visit(honest, memory)) == 5 for _ in range(2 * READS_ON_A_REFUSAL))


def test_a_slow_card_is_asked_for_more_once_in_sixteen_reads(make_card: type[CardDouble]) -> None:
    card, memory = make_card(largest=256, short_ids=frozenset()), CardMemory()
    for _ in range(3):
        assert len(whole_visit(card, memory)) == 16
        assert all(len(whole_visit(card, memory)) == 14 for _ in range(READS_ON_A_REFUSAL))


def test_a_reader_whose_link_breaks_loses_one_card_in_sixteen(make_card: type[CardDouble]) -> None:
    """Two at first; when the refusal is tried anew, one fault is enough."""
    memory, lost = CardMemory(), 0
    for _ in range(2 + READS_ON_A_REFUSAL + 1 + READS_ON_A_REFUSAL):
        card = make_card()
        card.always = breaks_when_extended()
        try:
            whole_visit(card, memory)
        except CommunicationFailed:
            lost += 1
    assert lost == 2 + 1


def breaks_when_extended() -> Callable[[bytes], None]:
    """A link that an extended command breaks for good."""
    broken = []

    def always(apdu: bytes) -> None:
        if len(apdu) > 5 and apdu[1] == 0xB0:
            broken.append(apdu)
        if broken:
            raise CommunicationFailed("the link is broken")

    return always


def test_the_pin_is_verified_in_the_form_that_this_card_has_proved(make_card: type[CardDouble]) -> None:
    """Also where the card is let go between the read that tried anew and the PIN."""
    card, memory = make_card(short_ids=frozenset()), CardMemory()
    for _ in range(2 * READS_ON_A_REFUSAL):
        reading = selected(card, memory)
        certificate, tries = reading.read_certificate(), reading.pin_tries_left()
        card.application = False
        proving = JpkiCard(card, memory, tries, certificate=certificate)
        assert proving.verify_pin(bytearray(b"1234")).outcome is PinOutcome.RIGHT
        proving.sign(CHALLENGE)
        card.verified = card.application = False
    assert set(card.verifies) == {VERIFY.replace("98", "80", 1)}


def test_a_removed_card_is_no_refusal(make_card: type[CardDouble]) -> None:
    card = make_card(answers={1: CardRemoved("left")})
    with pytest.raises(CardRemoved):
        selected(card).read_certificate()
    assert len(card.log) == 2


# -- SELECT ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sw", [0x6A82, 0x6A81, 0x6A86, 0x6D00, 0x6E00, 0x6700, 0x6985, 0x6881, 0x6300])
def test_a_card_without_the_application(make_card: type[CardDouble], sw: int) -> None:
    with pytest.raises(UnsupportedCard):
        selected(make_card(always=lambda apdu: (b"", sw)))


def test_6f00_after_power_up_is_asked_again_once(make_card: type[CardDouble]) -> None:
    card = make_card(answers={0: (b"", 0x6F00)})
    selected(card)
    assert card.log == [SELECT, SELECT]
    card = make_card(always=lambda apdu: (b"", 0x6F00))
    with pytest.raises(CardAnswerError, match="NO_DIAGNOSIS"):
        selected(card)
    assert len(card.log) == 2


# -- certificate -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((b"\xff" * 510, 0x9000), BadCardData),
        ((b"\x30\x83\x01\x00\x00", 0x9000), BadCardData),
        ((b"\x30", 0x9000), BadCardData),
        ((bytes(511), 0x9000), BadCardData),
        ((b"", 0x9000), BadCardData),
        ((b"", 0x6282), BadCardData),
        ((b"", 0x6982), CertificateProtected),
        ((b"", 0x6700), CardAnswerError),
    ],
)
def test_a_certificate_that_is_none(
    make_card: type[CardDouble], answer: tuple[bytes, int], error: type[DriverError]
) -> None:
    card = make_card(always=lambda apdu: answer if apdu[1] == 0xB0 else None)
    with pytest.raises(error):
        selected(card).read_certificate()
    # Where a length is refused, each shorter one is tried, by short identifier and without.
    assert len(card.log) <= (13 if answer[1] == 0x6700 else 6)


@pytest.mark.parametrize("answer", [(b"", 0x9000), (b"", 0x6282), (b"", 0x6B00)])
def test_a_certificate_that_stops_in_the_middle(make_card: type[CardDouble], answer: tuple[bytes, int]) -> None:
    card = make_card(always=lambda apdu: answer if apdu[1] == 0xB0 and apdu[2] == 1 else None)
    with pytest.raises((BadCardData, CardAnswerError)):
        selected(card).read_certificate()
    assert len(card.log) <= 6


def test_a_certificate_behind_the_pin_is_not_read_in_another_way(make_card: type[CardDouble]) -> None:
    card = make_card(always=lambda apdu: (b"", 0x6982) if apdu[1] == 0xB0 else None)
    with pytest.raises(CertificateProtected):
        selected(card).read_certificate()
    assert card.log == [SELECT, "00B08A000001FE"]


def test_a_link_fault_in_a_short_read_is_no_refusal(make_card: type[CardDouble]) -> None:
    card, memory = make_card(largest=256), CardMemory()
    whole_visit(card, memory)
    card.answers = {2: CommunicationFailed("link")}
    with pytest.raises(CommunicationFailed):
        whole_visit(card, memory)


def test_end_of_file_is_taken_with_its_data(make_card: type[CardDouble]) -> None:
    head = b"\x30\x81\xc5"
    card = make_card(always=lambda apdu: (head + bytes(197), 0x6282) if apdu[1] == 0xB0 else None)
    assert selected(card).read_certificate() == head + bytes(197)


def test_a_certificate_byte_by_byte_is_given_up(make_card: type[CardDouble]) -> None:
    card = make_card(shortens_to=4)
    with pytest.raises(BadCardData, match="pieces"):
        selected(card).read_certificate()
    assert len(card.log) < 70


def test_a_chained_answer_longer_than_was_asked_for(make_card: type[CardDouble]) -> None:
    chained = {0xB0: (bytes(500), 0x6110), 0xC0: (bytes(16), 0x9000)}
    card = make_card(always=lambda apdu: chained.get(apdu[1]))
    with pytest.raises(BadCardData, match="more than"):
        selected(card).read_certificate()


def test_the_file_cannot_be_selected(make_card: type[CardDouble]) -> None:
    card = make_card(short_ids=frozenset(), answers={2: (b"", 0x6A82)})
    with pytest.raises(CardAnswerError, match="EF 000A"):
        selected(card).read_certificate()


def test_the_certificate_can_be_read_again_after_the_pin_was_asked_for(make_card: type[CardDouble]) -> None:
    for short_ids in (frozenset({0x0A, 0x17, 0x18}), frozenset()):
        card = make_card(short_ids=short_ids)
        jpki = selected(card)
        for _ in range(2):
            assert jpki.read_certificate() == card.certificate
            assert jpki.read_certificate() == card.certificate
            assert jpki.pin_tries_left() == 3


# -- tries left ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("sw", "left"), [(0x63C3, 3), (0x63C1, 1), (0x63C0, 0), (0x6983, 0), (0x6984, 0)])
def test_tries_left(make_card: type[CardDouble], sw: int, left: int) -> None:
    card = make_card(always=lambda apdu: (b"", sw) if apdu[1] == 0x20 else None)
    assert selected(card).pin_tries_left() == left


def test_a_pin_that_somebody_else_verified_is_cleared(make_card: type[CardDouble]) -> None:
    card = make_card(verified=True)
    assert selected(card).pin_tries_left() == 3
    assert not card.verified
    assert card.log == [SELECT, "00200098", SELECT_ISD, SELECT, "00200098"]


def test_a_card_that_stays_verified_is_not_believed(make_card: type[CardDouble]) -> None:
    card = make_card(always=lambda apdu: (b"", 0x9000) if apdu[1] == 0x20 else None)
    with pytest.raises(CardAnswerError) as caught:
        selected(card).pin_tries_left()
    assert caught.value.sw == 0x9000


@pytest.mark.parametrize("sw", [0x6300, 0x6A86, 0x6F00, 0x6700])
def test_no_answer_about_the_tries_is_an_error(make_card: type[CardDouble], sw: int) -> None:
    card = make_card(always=lambda apdu: (b"", sw) if apdu[1] == 0x20 else None)
    with pytest.raises(CardAnswerError):
        selected(card).pin_tries_left()


@pytest.mark.parametrize("sw", [0x6A82, 0x6A83, 0x6A88])
@pytest.mark.parametrize("at_select", [True, False], ids=["no file to select", "no PIN in the file"])
def test_a_card_without_a_pin_says_so_to_both_forms_of_the_question(
    make_card: type[CardDouble], sw: int, at_select: bool
) -> None:
    def without_pin(apdu: bytes) -> tuple[bytes, int] | None:
        selects = apdu[1:3] == b"\xa4\x02" and apdu[5:] == b"\x00\x18"
        return (b"", sw) if apdu[1] == 0x20 or (selects and at_select) else None

    card, memory = make_card(always=without_pin), CardMemory()
    jpki = selected(card, memory)
    jpki.read_certificate()
    with pytest.raises(CardWithoutPin):
        jpki.pin_tries_left()
    assert card.log[3:] == ["00200098", "00A4020C020018", "00200080"][: 2 if at_select else 3]
    with pytest.raises(CardWithoutPin):
        jpki.verify_pin(b"1234")
    assert card.verifies == []
    # Of the road it says nothing: the next card is asked by its short id.
    assert remembered(card, memory)[1] == frozenset()


def test_a_pin_file_that_cannot_be_selected_for_another_reason_is_an_error(make_card: type[CardDouble]) -> None:
    card = make_card(always=lambda apdu: (b"", 0x6985) if apdu[1:3] == b"\xa4\x02" else None, short_ids=frozenset({10}))
    with pytest.raises(CardAnswerError, match="EF 0018"):
        selected(card).pin_tries_left()


# -- VERIFY ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pin", [b"", b"123", b"12345", b"12a4", b"12 4", b"\x00\x00\x00\x00", "１２３４".encode(), b"-123"]
)
def test_what_is_not_four_digits_is_never_sent(make_card: type[CardDouble], pin: bytes) -> None:
    card = make_card()
    jpki = selected(card)
    assert not is_pin(pin)
    assert jpki.verify_pin(bytearray(pin)) == PinResult(PinOutcome.MALFORMED, None)
    assert card.log == [SELECT]


def test_leading_zeros_are_digits(make_card: type[CardDouble]) -> None:
    card = make_card(pin=b"0123")
    assert selected(card).verify_pin(bytearray(b"0123")).outcome is PinOutcome.RIGHT
    assert card.verifies == ["002000980430313233"]


def test_the_tries_are_asked_for_before_the_pin_is_sent(make_card: type[CardDouble]) -> None:
    card = make_card()
    selected(card).verify_pin(b"1234")
    assert card.log == [SELECT, "00200098", VERIFY]


def test_tries_that_are_known_are_not_asked_for(make_card: type[CardDouble]) -> None:
    card = make_card()
    jpki = JpkiCard(card, CardMemory(), 3, certificate=card.certificate)
    assert jpki.verify_pin(b"1234") == PinResult(PinOutcome.RIGHT, 3)
    assert len(jpki.sign(CHALLENGE)) == 256
    assert card.log == [SELECT, VERIFY, SIGN]


@pytest.mark.parametrize(("tries", "outcome"), [(0, PinOutcome.BLOCKED), (1, PinOutcome.LAST_TRY)])
def test_tries_that_forbid_the_pin_cost_no_command(
    make_card: type[CardDouble], tries: int, outcome: PinOutcome
) -> None:
    card = make_card()
    assert JpkiCard(card, CardMemory(), tries).verify_pin(b"1234") == PinResult(outcome, tries)
    assert card.log == []


def test_tries_that_are_not_known_are_asked_for_once_the_application_is_selected(make_card: type[CardDouble]) -> None:
    card = make_card()
    JpkiCard(card, CardMemory()).verify_pin(b"1234")
    assert card.log == [SELECT, "00200098", VERIFY]


def test_wrong_pins_count_down_and_the_last_try_is_kept(make_card: type[CardDouble]) -> None:
    card = make_card()
    jpki = selected(card)
    assert jpki.verify_pin(b"9999") == PinResult(PinOutcome.WRONG, 2)
    assert jpki.verify_pin(b"9999") == PinResult(PinOutcome.WRONG, 1)
    assert jpki.verify_pin(b"1234") == PinResult(PinOutcome.LAST_TRY, 1)
    assert len(card.verifies) == 2
    assert jpki.verify_pin(b"9999", allow_last_try=True) == PinResult(PinOutcome.BLOCKED, 0)
    assert jpki.verify_pin(b"1234", allow_last_try=True) == PinResult(PinOutcome.BLOCKED, 0)
    assert len(card.verifies) == 3


def test_the_last_try_may_be_right(make_card: type[CardDouble]) -> None:
    card = make_card(tries=1)
    assert selected(card).verify_pin(b"1234", allow_last_try=True) == PinResult(PinOutcome.RIGHT, 3)


@pytest.mark.parametrize("sw", [0x6983, 0x6984, 0x63C0])
def test_blocked_has_three_status_words(make_card: type[CardDouble], sw: int) -> None:
    card = make_card(always=lambda apdu: (b"", sw) if apdu[1] == 0x20 and len(apdu) > 4 else None)
    assert selected(card).verify_pin(b"1234") == PinResult(PinOutcome.BLOCKED, 0)


def test_a_wrong_pin_without_a_counter_asks_again_before_the_next(make_card: type[CardDouble]) -> None:
    card = make_card(always=lambda apdu: (b"", 0x6300) if apdu[1] == 0x20 and len(apdu) > 4 else None)
    jpki = selected(card)
    assert jpki.verify_pin(b"9999") == PinResult(PinOutcome.WRONG, None)
    jpki.verify_pin(b"9999")
    assert card.log.count("00200098") == 2


@pytest.mark.parametrize("sw", [0x6C04, 0x6104, 0x6A86, 0x6A88, 0x6700, 0x6F00, 0x6982])
def test_any_other_answer_to_verify_is_an_error_and_nothing_is_sent_again(make_card: type[CardDouble], sw: int) -> None:
    card = make_card(always=lambda apdu: (b"", sw) if apdu[1] == 0x20 and len(apdu) > 4 else None)
    with pytest.raises(CardAnswerError) as caught:
        selected(card).verify_pin(b"1234")
    assert caught.value.sw == sw
    assert len(card.verifies) == 1


def test_a_link_fault_in_verify_goes_up_and_the_counter_is_asked_for_again(make_card: type[CardDouble]) -> None:
    card = make_card(answers={2: CommunicationFailed("link")})
    jpki = selected(card)
    with pytest.raises(CommunicationFailed):
        jpki.verify_pin(b"1234")
    assert len(card.verifies) == 1
    jpki.verify_pin(b"1234")
    assert card.log[3:] == ["00200098", VERIFY]


def test_the_pin_is_in_no_repr_and_no_error(make_card: type[CardDouble]) -> None:
    card = make_card(always=lambda apdu: (b"", 0x6F00) if apdu[1] == 0x20 and len(apdu) > 4 else None)
    with pytest.raises(CardAnswerError) as caught:
        selected(card).verify_pin(b"4711")
    assert "4711" not in repr(caught.value)


# -- signature -------------------------------------------------------------------------------------------


def test_no_signature_without_a_pin(make_card: type[CardDouble]) -> None:
    with pytest.raises(CardAnswerError, match="SECURITY_STATUS"):
        selected(make_card()).sign(CHALLENGE)


@pytest.mark.parametrize("answer", [b"", bytes(257)])
def test_a_signature_of_no_length(make_card: type[CardDouble], answer: bytes) -> None:
    card = make_card(always=lambda apdu: (answer, 0x9000) if apdu[1] == 0x2A else None)
    with pytest.raises(BadCardData):
        selected(card).sign(CHALLENGE)


# -- hostile cards ---------------------------------------------------------------------------------------

status = st.sampled_from(
    [0x9000, 0x6282, 0x61FF, 0x6110, 0x6C10, 0x6C00, 0x63C3, 0x63C1, 0x63C0, 0x6300, 0x6700, 0x6982, 0x6983]
    + [0x6984, 0x6A82, 0x6A86, 0x6B00, 0x6D00, 0x6E00, 0x6F00, 0x6986]
) | st.integers(0, 0xFFFF)
data = st.binary(max_size=300) | st.sampled_from([b"", bytes(256), b"\x30\x82\x06\x22" + bytes(506), bytes(1064)])
faults = st.sampled_from([CommunicationFailed("link"), CardRemoved("left"), BadCardData("long")])


@given(
    answers=st.dictionaries(st.integers(0, 20), st.tuples(data, status) | faults, max_size=12),
    short_ids=st.booleans(),
)
def test_any_answers_at_any_step_end_in_a_value_or_a_driver_error(
    make_card: type[CardDouble], answers: dict[int, tuple[bytes, int] | DriverError], short_ids: bool
) -> None:
    card = make_card(answers=answers, short_ids=frozenset({0x0A, 0x17, 0x18}) if short_ids else frozenset())
    jpki = JpkiCard(card, CardMemory())
    try:
        jpki.select()
        assert len(jpki.read_certificate()) <= 4096
        assert 0 <= jpki.pin_tries_left() <= 15
        result = jpki.verify_pin(bytearray(b"1234"))
        if result.outcome is PinOutcome.RIGHT:
            assert 1 <= len(jpki.sign(CHALLENGE)) <= 1024
    except DriverError:
        pass
    assert len(card.verifies) <= 1
    assert len(card.log) <= 120


@pytest.mark.parametrize("sw", [0x63C4, 0x63CF])
def test_more_tries_than_the_pin_has_are_a_lie(make_card: type[CardDouble], sw: int) -> None:
    card = make_card(always=lambda apdu: (b"", sw) if apdu[1] == 0x20 else None)
    with pytest.raises(BadCardData):
        selected(card).pin_tries_left()


def test_a_counter_that_does_not_fall_harvests_no_second_pin(make_card: type[CardDouble]) -> None:
    card = make_card(always=lambda apdu: (b"", 0x63C3) if apdu[1] == 0x20 else None)
    with pytest.raises(BadCardData):
        selected(card).verify_pin(b"1234")


@pytest.mark.parametrize("at", range(5))
def test_an_answer_without_a_status_word_leaves_only_the_verify_open(make_card: type[CardDouble], at: int) -> None:
    """BadCardData says that nothing was spent; after VERIFY nobody knows that."""
    double = make_card()
    double.answers[at] = BadCardData("an answer without a status word")
    card = JpkiCard(double, CardMemory())
    with double, pytest.raises(CommunicationFailed if at == 4 else BadCardData):
        card.select()
        card.read_certificate()
        card.verify_pin(b"1234")
    assert len(double.verifies) == (at == 4)
